#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "platform/engine/session.h"

namespace ingot::engine {
namespace {

std::unique_ptr<Session> session(const EngineOptions& options = {}) {
    auto engine = open_duckdb(options);
    EXPECT_TRUE(engine) << engine.error().message;
    auto connected = (*engine)->connect();
    EXPECT_TRUE(connected) << connected.error().message;
    return std::move(*connected);
}

// The one cell of SELECT <expression>.
std::string text_of(Session& s, const std::string& expression) {
    const auto rows = s.query("SELECT " + expression);
    if (!rows) return "error: " + rows.error().message;
    return rows->rows[0][0] ? *rows->rows[0][0] : "NULL";
}

std::filesystem::path scratch(const std::string& name) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("ingot_engine_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    return folder / name;
}

TEST(Session, spells_every_type_as_a_cast_to_text_does) {
    auto s = session();
    const std::pair<const char*, const char*> cases[] = {
        {"NULL", "NULL"},
        {"true", "true"},
        {"42", "42"},
        {"170141183460469231731687303715884105727::HUGEINT",
            "170141183460469231731687303715884105727"},
        {"12.50::DECIMAL(12,2)", "12.50"},
        {"-0.001::DECIMAL(38,10)", "-0.0010000000"},
        {"1.5::DOUBLE", "1.5"},
        {"'NaN'::DOUBLE", "nan"},
        {"1e100::DOUBLE", "1e+100"},
        {"'a''b'", "a'b"},
        {"''", ""},
        {"DATE '2026-01-02'", "2026-01-02"},
        {"TIME '03:04:05.6'", "03:04:05.6"},
        {"TIMESTAMP '2026-01-02 03:04:05.678901'", "2026-01-02 03:04:05.678901"},
        {"TIMESTAMP_NS '2026-01-02 03:04:05.678901234'", "2026-01-02 03:04:05.678901234"},
        {"TIMESTAMPTZ '2026-01-02 03:04:05+02'", "2026-01-02 01:04:05+00"},
        {"INTERVAL '1 month 2 days'", "1 month 2 days"},
        {"'\\xAA\\x00b'::BLOB", "\\xAA\\x00b"},
        {"'6a7a2a4e-9d0a-4a3e-8a3e-2b1c3d4e5f60'::UUID", "6a7a2a4e-9d0a-4a3e-8a3e-2b1c3d4e5f60"},
        {"[1, NULL, 3]", "[1, NULL, 3]"},
        {"{'a': 1, 'b': ['x', 'y z']}", "{'a': 1, 'b': [x, y z]}"},
        {"MAP {'k': DATE '2026-01-02'}", "{k=2026-01-02}"},
        {"[TIMESTAMPTZ '2026-01-02 03:04:05+02']", "['2026-01-02 01:04:05+00']"},
        {"'b'::ENUM('a','b')", "b"},
        {"'{\"a\": 1}'::JSON", "{\"a\": 1}"},
        {"'101'::BIT", "101"},
        {"array_value(1, 2)", "[1, 2]"},
        {"union_value(n := 5)", "5"},
    };
    for (const auto& [expression, expected] : cases) {
        EXPECT_EQ(text_of(*s, expression), expected) << expression;
        const auto cast = "coalesce(CAST((" + std::string(expression) + ") AS VARCHAR), 'NULL')";
        EXPECT_EQ(text_of(*s, cast), expected) << expression;
    }
}

TEST(Session, follows_the_time_zone_of_the_session) {
    auto s = session();
    ASSERT_TRUE(s->execute("SET TimeZone = 'Asia/Tokyo'"));
    EXPECT_EQ(text_of(*s, "TIMESTAMPTZ '2026-01-02 00:00:00+00'"), "2026-01-02 09:00:00+09");
}

TEST(Session, gives_names_types_and_rows_of_the_last_statement) {
    auto s = session();
    const auto rows = s->query(
        "CREATE TABLE t(a INTEGER, b DECIMAL(12,2)); INSERT INTO t VALUES (1, 2.5), (NULL, 3); "
        "SELECT a, b, a AS a FROM t ORDER BY b;");
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(rows->columns, (Columns{{"a", "INTEGER"}, {"b", "DECIMAL(12,2)"}, {"a", "INTEGER"}}));
    ASSERT_EQ(rows->rows.size(), 2U);
    EXPECT_EQ(rows->integer(0, 0), 1);
    EXPECT_EQ(rows->text(0, 1), "2.50");
    EXPECT_EQ(rows->rows[1][0], std::nullopt);
    EXPECT_EQ(rows->text(1, 0), "");
    EXPECT_EQ(rows->integer(1, 0), 0);
}

TEST(Session, gives_many_rows_in_order) {
    auto s = session();
    const auto rows = s->query("SELECT range AS n, 'x' || range AS t FROM range(10000)");
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->rows.size(), 10000U);
    for (std::size_t i = 0; i < rows->rows.size(); ++i) {
        ASSERT_EQ(rows->integer(i, 0), static_cast<std::int64_t>(i));
        ASSERT_EQ(rows->text(i, 1), "x" + std::to_string(i));
    }
}

TEST(Session, an_empty_text_gives_no_rows) {
    auto s = session();
    const auto rows = s->query(" -- nothing\n");
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_TRUE(rows->columns.empty());
}

TEST(Session, counts_rows_changed_and_written) {
    auto s = session();
    const auto file = scratch("out.csv").string();
    EXPECT_EQ(s->execute("CREATE TABLE t AS SELECT range AS a FROM range(5)").value(), 5);
    EXPECT_EQ(s->execute("INSERT INTO t VALUES (1), (2)").value(), 2);
    EXPECT_EQ(s->execute("INSERT INTO t VALUES (8), (9); DELETE FROM t WHERE a = 1").value(), 4);
    EXPECT_EQ(s->execute("COPY t TO '" + file + "'").value(), 7);
    EXPECT_EQ(
        s->execute("COPY t TO '" + file + ".parquet' (FORMAT parquet, RETURN_FILES)").value(), 7);
    EXPECT_EQ(
        s->execute("COPY t TO '" + file + ".parquet' (FORMAT parquet, RETURN_STATS)").value(), 7);
    EXPECT_EQ(s->execute("SELECT count(*) AS count FROM t").value(), 0);
    std::filesystem::remove_all(scratch("").parent_path());
}

TEST(Session, describes_without_running) {
    auto s = session();
    ASSERT_TRUE(s->execute(
        "CREATE SCHEMA bronze; CREATE TABLE bronze.t(id BIGINT, \"when\" TIMESTAMPTZ, tags VARCHAR[])"));
    const auto columns = s->describe(
        "SELECT *, id + 0.5 AS half, {'a': id} AS s, NULL AS n, error('not run') AS e FROM bronze.t");
    ASSERT_TRUE(columns) << columns.error().message;
    EXPECT_EQ(*columns, (Columns{{"id", "BIGINT"}, {"when", "TIMESTAMP WITH TIME ZONE"},
                            {"tags", "VARCHAR[]"}, {"half", "DECIMAL(21,1)"},
                            {"s", "STRUCT(a BIGINT)"}, {"n", "INTEGER"}, {"e", "INTEGER"}}));
}

struct Refused {
    const char* select;
    const char* code;
    int line;
    int column;
    const char* says;
};

TEST(Session, describe_says_where_a_select_does_not_bind) {
    auto s = session();
    ASSERT_TRUE(s->execute("CREATE TABLE orders(id BIGINT)"));
    const Refused cases[] = {
        {"SELECT id,\n  idd\nFROM orders", "SQL103", 2, 3, "idd"},
        {"SELECT 'äö', idd FROM orders", "SQL103", 1, 14, "idd"},
        {"SELECT\xC2\xA0id, idd FROM orders", "SQL103", 1, 12, "idd"},
        {"SELECT id\nFROM ordes", "SQL103", 2, 6, "ordes"},
        {"SELECT id,\n nope(id) FROM orders", "SQL103", 2, 2, "nope"},
        {"SELECT id FRM orders\nWHERE", "SQL101", 1, 15, "syntax error"},
        {"SELECT id FROM\n\norders WHERE WHERE", "SQL101", 3, 14, "syntax error"},
        {"SELECT 'äö' b c FROM orders", "SQL101", 1, 15, "syntax error"},
        {"SELECT * FROM '/nowhere/at/all.csv'", "ENG101", 0, 0, "No files found"},
        {"SELECT id FROM orders WHERE id = $1", "SQL103", 0, 0, "parameter"},
        {"DELETE FROM orders", "SQL102", 0, 0, "SELECT"},
    };
    for (const auto& c : cases) {
        const auto columns = s->describe(c.select);
        ASSERT_FALSE(columns) << c.select;
        EXPECT_EQ(columns.error().code.id(), c.code) << c.select << ": " << columns.error().message;
        EXPECT_EQ(columns.error().where.line, c.line) << c.select;
        EXPECT_EQ(columns.error().where.column, c.column) << c.select;
        EXPECT_NE(columns.error().message.find(c.says), std::string::npos)
            << columns.error().message;
        EXPECT_EQ(columns.error().message.find("LINE 1"), std::string::npos)
            << columns.error().message;
    }
}

TEST(Session, a_select_that_does_not_bind_leaves_the_transaction_alone) {
    auto s = session();
    ASSERT_TRUE(s->execute("BEGIN; CREATE TABLE t AS SELECT 7 AS a"));
    EXPECT_FALSE(s->describe("SELECT b FROM t"));
    EXPECT_TRUE(s->describe("SELECT a FROM t"));
    EXPECT_TRUE(s->execute("COMMIT"));
    EXPECT_EQ(text_of(*s, "a FROM t"), "7");
}

TEST(Session, a_refused_statement_is_ENG101_in_the_engines_words) {
    auto s = session();
    const std::pair<const char*, const char*> cases[] = {
        {"SELECT x FROM missing", "missing"},
        {"SELECT 'abc'::INTEGER", "Could not convert"},
        {"SELEC 1", "syntax error"},
        {"COPY (SELECT 1) TO '/nowhere/at/all.parquet'", "/nowhere/at/all.parquet"},
        {"COPY (SELECT 1 AS a, 2 AS b) TO '/tmp/a' (PARTITION_BY (a, a))", "within vector"},
    };
    for (const auto& [sql, says] : cases) {
        const auto rows = s->query(sql);
        ASSERT_FALSE(rows) << sql;
        EXPECT_EQ(rows.error().code.id(), "ENG101") << sql;
        EXPECT_NE(rows.error().message.find(says), std::string::npos) << rows.error().message;
        EXPECT_EQ(rows.error().message.find('^'), std::string::npos) << rows.error().message;
        EXPECT_EQ(rows.error().message.find("Stack Trace"), std::string::npos)
            << rows.error().message;
        s = session();
    }
    EXPECT_EQ(text_of(*s, "1"), "1");
}

TEST(Session, stops_at_the_first_statement_that_fails) {
    auto s = session();
    EXPECT_FALSE(
        s->execute("CREATE TABLE t(a INTEGER); SELECT 'x'::INTEGER; INSERT INTO t VALUES (1)"));
    EXPECT_EQ(text_of(*s, "count(*) FROM t"), "0");
}

TEST(Session, memory_that_ran_out_is_ENG103) {
    auto s = session({.threads = 1, .memory_limit = "20MB"});
    const auto rows = s->execute(
        "CREATE TABLE t AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(3000000)");
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, Code("ENG103")) << rows.error().message;
    EXPECT_EQ(rows.error().message.find("Possible solutions"), std::string::npos)
        << rows.error().message;
}

TEST(Session, interrupting_ends_the_statement_with_RUN102) {
    auto s = session({.threads = 1});
    std::atomic<bool> done = false;
    std::thread other([&] {
        while (!done) {
            s->interrupt();
            std::this_thread::yield();
        }
    });
    const auto rows =
        s->query("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b");
    done = true;
    other.join();
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, Code("RUN102")) << rows.error().message;
    EXPECT_EQ(text_of(*s, "1"), "1");
}

TEST(Engine, sessions_share_the_database_and_outlive_the_engine) {
    auto engine = open_duckdb({});
    ASSERT_TRUE(engine);
    auto one = (*engine)->connect();
    auto other = (*engine)->connect();
    ASSERT_TRUE(one && other);
    ASSERT_TRUE((*one)->execute("CREATE TABLE t AS SELECT 7 AS a"));
    engine->reset();
    EXPECT_EQ(text_of(**other, "a FROM t"), "7");
}

TEST(Engine, opens_a_file_and_refuses_to_write_it_when_read_only) {
    const auto file = scratch("db.duckdb").string();
    ASSERT_TRUE(session({.database = file})->execute("CREATE TABLE t AS SELECT 7 AS a"));
    auto reader = session({.database = file, .read_only = true});
    EXPECT_EQ(text_of(*reader, "a FROM t"), "7");
    const auto written = reader->execute("INSERT INTO t VALUES (8)");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code("ENG101"));
    std::filesystem::remove_all(scratch("").parent_path());
}

TEST(Engine, takes_its_options) {
    auto s = session({.threads = 3, .memory_limit = "200MB", .extension_directory = "/nowhere"});
    EXPECT_EQ(text_of(*s, "current_setting('threads')"), "3");
    EXPECT_EQ(text_of(*s, "current_setting('memory_limit')"), "190.7 MiB");
    EXPECT_EQ(text_of(*s, "current_setting('temp_directory')"), "");
    EXPECT_EQ(text_of(*s, "current_setting('TimeZone')"), "UTC");
    EXPECT_EQ(text_of(*s, "current_setting('autoinstall_known_extensions')"), "false");
    EXPECT_EQ(text_of(*s, "current_setting('autoload_known_extensions')"), "true");
    EXPECT_EQ(text_of(*s, "current_setting('allow_unsigned_extensions')"), "false");
    EXPECT_EQ(text_of(*s, "current_setting('preserve_insertion_order')"), "true");
    EXPECT_EQ(text_of(*s, "current_setting('extension_directory')"), "/nowhere");
}

TEST(Engine, what_it_cannot_open_is_ENG102) {
    for (const EngineOptions& options :
        {EngineOptions{.memory_limit = "much"}, EngineOptions{.database = "/nowhere/at.all"}}) {
        auto engine = open_duckdb(options);
        ASSERT_TRUE(engine);
        const auto connected = (*engine)->connect();
        ASSERT_FALSE(connected);
        EXPECT_EQ(connected.error().code, Code("ENG102"));
    }
}

}  // namespace
}  // namespace ingot::engine
