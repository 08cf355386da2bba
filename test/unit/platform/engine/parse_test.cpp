#include <gtest/gtest.h>

#include <span>

#include "platform/engine/session.h"

namespace ingot::engine {
namespace {

Engine& engine() {
    // Never closed: at exit the engine's thread-local parts are gone before statics are.
    static const auto* const opened = new auto(open_duckdb({}));
    return ***opened;
}

// "schema.name@line:column …"
std::string tables_of(const ParsedSelect& parsed) {
    std::string out;
    for (const auto& table : parsed.tables) {
        if (!out.empty()) out += ' ';
        if (!table.schema.empty()) out += table.schema + ".";
        out += table.name + "@" + std::to_string(table.line) + ":" + std::to_string(table.column);
    }
    return out;
}

struct Read {
    const char* sql;
    const char* tables;
    const char* why_not;  // empty: row-wise
};

void expect_all(std::span<const Read> cases) {
    for (const auto& c : cases) {
        const auto parsed = engine().parse(c.sql);
        ASSERT_TRUE(parsed) << c.sql << ": " << parsed.error().message;
        EXPECT_EQ(tables_of(*parsed), c.tables) << c.sql;
        EXPECT_EQ(parsed->why_not_row_wise, c.why_not) << c.sql;
        EXPECT_EQ(parsed->row_wise, parsed->why_not_row_wise.empty()) << c.sql;
        EXPECT_FALSE(parsed->names_own_columns) << c.sql;
        EXPECT_EQ(parsed->rewritten, c.sql);
    }
}

TEST(Parse, a_projection_over_one_table_is_row_wise) {
    const Read cases[] = {
        {"SELECT * FROM bronze.orders", "bronze.orders@1:15", ""},
        {"FROM bronze.orders", "bronze.orders@1:6", ""},
        {"SELECT id,\n       upper(name) AS name\nFROM bronze.customers AS c\nWHERE id > 3",
            "bronze.customers@3:6", ""},
        {"SELECT 'äöü' AS x FROM bronze.orders", "bronze.orders@1:24", ""},
        {"SELECT\xC2\xA0id FROM\xC2\xA0"
         "bronze.orders",
            "bronze.orders@1:16", ""},
        {"-- a comment\nSELECT a /* b */ FROM \"Bronze\".\"My Orders\";", "Bronze.My Orders@2:23",
            ""},
        {"SELECT a FROM orders", "orders@1:15", ""},
        {"SELECT a FROM lake.bronze.orders", "lake.bronze.orders@1:15", ""},
        {"SELECT o.* EXCLUDE (a) REPLACE (b + 1 AS b), CAST(c AS DATE), CASE WHEN d THEN 1 ELSE 2 END, "
         "list_transform(l, lambda x: x + 1), e IN (1, 2), f BETWEEN 1 AND 2, s.field FROM bronze.orders o",
            "bronze.orders@1:175", ""},
        {"SELECT list_sum(l), coalesce(a, error('no a')), json_extract(j, '$.a'), j ->> 'b' FROM bronze.orders",
            "bronze.orders@1:88", ""},
        {"SELECT COLUMNS(*) + 1 FROM bronze.orders", "bronze.orders@1:28", ""},
    };
    expect_all(cases);
}

TEST(Parse, says_what_is_not_row_wise) {
    const Read cases[] = {
        {"SELECT o.a FROM bronze.o JOIN silver.c USING (id)", "bronze.o@1:17 silver.c@1:31",
            "a join"},
        {"SELECT 1 FROM bronze.o, silver.c", "bronze.o@1:15 silver.c@1:25", "a join"},
        {"SELECT a.x FROM bronze.o a JOIN bronze.o b ON a.x = b.y", "bronze.o@1:17 bronze.o@1:33",
            "a join"},
        {"SELECT * FROM a ASOF JOIN b ON a.k = b.k AND a.t >= b.t", "a@1:15 b@1:27", "a join"},
        {"SELECT count(*) FROM bronze.o", "bronze.o@1:22", "an aggregate"},
        {"SELECT 1 + SUM(a) FROM bronze.o", "bronze.o@1:24", "an aggregate"},
        {"SELECT list(a ORDER BY b) FROM bronze.o", "bronze.o@1:32", "an aggregate"},
        {"SELECT my_own_agg(a) FROM bronze.o", "bronze.o@1:27", "an aggregate"},
        {"SELECT geomean(a) FROM bronze.o", "bronze.o@1:24", "an aggregate"},
        {"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM bronze.o", "bronze.o@1:60",
            "an aggregate"},
        {"SELECT a FROM bronze.o GROUP BY a", "bronze.o@1:15", "an aggregate"},
        {"SELECT a FROM bronze.o GROUP BY ALL", "bronze.o@1:15", "an aggregate"},
        {"SELECT a, row_number() OVER (ORDER BY b) FROM bronze.o", "bronze.o@1:47", "a window"},
        {"SELECT a FROM bronze.o QUALIFY row_number() OVER (ORDER BY b) = 1", "bronze.o@1:15",
            "a window"},
        {"SELECT DISTINCT a FROM bronze.o", "bronze.o@1:24", "DISTINCT"},
        {"SELECT DISTINCT ON (a) a FROM bronze.o", "bronze.o@1:31", "DISTINCT"},
        {"SELECT a FROM bronze.o LIMIT 3", "bronze.o@1:15", "LIMIT"},
        {"SELECT a FROM bronze.o LIMIT 3%", "bronze.o@1:15", "LIMIT"},
        {"SELECT a FROM bronze.o ORDER BY a", "bronze.o@1:15", "ORDER BY"},
        {"SELECT a FROM bronze.o ORDER BY ALL", "bronze.o@1:15", "ORDER BY"},
        {"SELECT a FROM x UNION ALL SELECT b FROM y EXCEPT SELECT c FROM z", "x@1:15 y@1:41 z@1:64",
            "a set operation"},
        {"SELECT a FROM bronze.o WHERE a IN (SELECT b FROM silver.c)",
            "bronze.o@1:15 silver.c@1:50", "a subquery"},
        {"SELECT (SELECT max(b) FROM c) FROM o", "c@1:28 o@1:36", "a subquery"},
        {"SELECT a FROM (SELECT a FROM bronze.o)", "bronze.o@1:30", "a subquery"},
        {"SELECT unnest(l) FROM bronze.o", "bronze.o@1:23", "unnest"},
        {"SELECT a FROM bronze.o TABLESAMPLE 10%", "bronze.o@1:15", "a sample"},
        {"SELECT a FROM bronze.o USING SAMPLE 10", "bronze.o@1:15", "a sample"},
        {"SELECT * FROM read_csv('a.csv')", "", "a table function"},
        {"SELECT COLUMNS(c -> c LIKE 'a%') FROM bronze.o", "bronze.o@1:39", "columns by a pattern"},
        {"SELECT 1", "", "no table"},
        {"VALUES (1), (2)", "", "VALUES"},
        {"WITH o AS (SELECT 1 AS a) SELECT a FROM bronze.o", "bronze.o@1:41", "a WITH query"},
        {"SELECT * FROM (PIVOT bronze.o ON a IN (1, 2) USING sum(b))", "bronze.o@1:22",
            "a subquery"},
        {"SELECT * FROM bronze.o PIVOT (sum(b) FOR a IN (1, 2))", "bronze.o@1:15", "a pivot"},
        {"UNPIVOT bronze.o ON a, b INTO NAME n VALUE v", "bronze.o@1:9", "a pivot"},
    };
    expect_all(cases);
}

TEST(Parse, answers_that_change_are_not_row_wise) {
    for (const auto* function : {"now()", "random()", "current_date", "current_date()",
             "CURRENT_TIMESTAMP", "today()", "uuid()", "nextval('s')", "ago(INTERVAL 1 DAY)",
             "age(a)", "localtimestamp", "current_user() || uuidv7()"}) {
        for (const auto& sql : {"SELECT " + std::string(function) + " AS x FROM bronze.o",
                 "SELECT a FROM bronze.o WHERE coalesce(a, 1) = " + std::string(function)}) {
            const auto parsed = engine().parse(sql);
            ASSERT_TRUE(parsed) << sql;
            EXPECT_EQ(parsed->why_not_row_wise, "a function that gives different answers each time")
                << sql;
        }
    }
}

TEST(Parse, finds_tables_wherever_they_stand) {
    const Read cases[] = {
        {"WITH o AS (SELECT * FROM bronze.o), p AS (SELECT * FROM o JOIN q USING (id)) SELECT * FROM p, O, r",
            "bronze.o@1:26 q@1:64 r@1:98", "a WITH query"},
        {"WITH o AS (SELECT * FROM o) SELECT * FROM o", "o@1:26", "a WITH query"},
        {"WITH o AS (SELECT 1) SELECT * FROM silver.o", "silver.o@1:36", "a WITH query"},
        {"SELECT * FROM (WITH o AS (SELECT 1) SELECT * FROM o) JOIN o ON true", "o@1:59", "a join"},
        {"WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t JOIN lim ON n < lim.n) SELECT * FROM t",
            "lim@1:71", "a WITH query"},
        {"WITH o AS (SELECT 1) SELECT * FROM p WHERE EXISTS (SELECT 1 FROM o, q WHERE q.a IN (FROM r))",
            "p@1:36 q@1:69 r@1:90", "a WITH query"},
        {"SELECT * FROM o, LATERAL (SELECT * FROM p WHERE p.id = o.id LIMIT 1)", "o@1:15 p@1:41",
            "a join"},
        {"SELECT * FROM query_table((SELECT 1)), unnest((SELECT list(a) FROM x))", "x@1:68",
            "a join"},
        {"(SELECT a FROM x ORDER BY (SELECT b FROM y)) UNION SELECT 1 LIMIT (SELECT count(*) FROM z)",
            "x@1:16 y@1:42 z@1:89", "a set operation"},
        {"SELECT a FROM x GROUP BY a HAVING sum(b) > (SELECT avg(c) FROM y) ", "x@1:15 y@1:64",
            "an aggregate"},
        {"SELECT CASE WHEN a = ANY(SELECT b FROM y) THEN 1 END, ARRAY(SELECT c FROM z) FROM x",
            "y@1:40 z@1:75 x@1:83", "a subquery"},
        {"VALUES ((SELECT a FROM x))", "x@1:24", "VALUES"},
        {"SELECT * FROM (PIVOT (SELECT * FROM x JOIN y USING (id)) ON a IN (1) USING sum(b) GROUP BY c)",
            "x@1:37 y@1:44", "a subquery"},
        {"SELECT list_transform(l, e -> e + (SELECT max(a) FROM x)) FROM y", "x@1:55 y@1:64",
            "a subquery"},
        {"SELECT sum(a) FILTER (WHERE a > (SELECT 1 FROM x)) OVER (ORDER BY (SELECT 1 FROM y)) FROM z",
            "x@1:48 y@1:82 z@1:91", "a window"},
        {"SELECT * FROM (DESCRIBE SELECT * FROM x)", "x@1:39", "a subquery"},
    };
    expect_all(cases);
}

TEST(Parse, leaves_the_text_alone_where_no_star_takes_our_columns) {
    for (const auto* sql :
        {"SELECT _INGOT_row FROM bronze.o", "SELECT * FROM silver.o WHERE _ingot_x = 1",
            "SELECT * EXCLUDE (_ingot_row) FROM silver.o",
            "SELECT COLUMNS('_ingot_.*') FROM bronze.o",
            "SELECT * FROM (SELECT a, _ingot_row FROM bronze.o)",
            "SELECT c.*, o._ingot_row FROM bronze.o JOIN silver.c USING (id)",
            "SELECT count(*) FROM bronze.o GROUP BY _ingot_slice",
            "SELECT a FROM bronze.o JOIN silver.c USING (_ingot_row)"}) {
        const auto parsed = engine().parse(sql);
        ASSERT_TRUE(parsed) << sql;
        EXPECT_TRUE(parsed->names_own_columns) << sql;
        EXPECT_EQ(parsed->rewritten, sql);
    }
}

// What the rewritten SELECT yields over a bronze view that has our columns.
TEST(Parse, rewritten_selects_yield_what_the_author_meant) {
    auto session = engine().connect();
    ASSERT_TRUE(session);
    ASSERT_TRUE((*session)->execute(
        "CREATE SCHEMA bronze; CREATE SCHEMA silver;"
        "CREATE TABLE bronze.o(a INT, b INT, _ingot_slice VARCHAR, _ingot_file VARCHAR, _ingot_row BIGINT);"
        "CREATE TABLE silver.c(a INT, c INT)"));
    const std::pair<const char*, const char*> cases[] = {
        {"SELECT *, _ingot_slice AS s FROM bronze.o", "a b s"},
        {"SELECT t.*, t._ingot_row FROM bronze.o t", "a b _ingot_row"},
        {"SELECT o.* FROM Bronze.o WHERE _ingot_row = 1", "a b"},
        {"SELECT * EXCLUDE (b), _ingot_file AS f FROM bronze.o", "a f"},
        {"SELECT * EXCLUDE (_ingot_row) FROM bronze.o", "a b"},
        {"SELECT * REPLACE (a + _ingot_row AS a) RENAME (b AS bb) FROM bronze.o", "a bb"},
        {"SELECT o.*, c.*, _ingot_row FROM bronze.o o JOIN silver.c c ON o.a = c.a",
            "a b a c _ingot_row"},
        {"SELECT *, _ingot_row FROM bronze.o o JOIN silver.c c USING (a)", "a b c _ingot_row"},
        {"SELECT x.*, y.b AS yb FROM bronze.o x, bronze.o y WHERE x._ingot_row = y._ingot_row",
            "a b yb"},
        {"SELECT * FROM bronze.o x, bronze.o y WHERE x._ingot_row = y._ingot_row", "a b a b"},
        {"WITH n AS (SELECT *, _ingot_row AS r FROM bronze.o) SELECT * FROM n", "a b r"},
        {"SELECT COLUMNS(*) FROM bronze.o WHERE _ingot_row = 1", "a b"},
        {"SELECT max(COLUMNS(*)), max(_ingot_row) AS m FROM bronze.o", "a b m"},
        {"SELECT * FROM bronze.o WHERE _ingot_row = 1 ORDER BY ALL", "a b"},
        {"FROM bronze.o WHERE _ingot_row = 1", "a b"},
    };
    for (const auto& [sql, expected] : cases) {
        const auto parsed = engine().parse(sql);
        ASSERT_TRUE(parsed) << sql;
        ASSERT_TRUE(parsed->names_own_columns) << sql;
        const auto columns = (*session)->describe(parsed->rewritten);
        ASSERT_TRUE(columns) << parsed->rewritten << ": " << columns.error().message;
        std::string names;
        for (const auto& column : *columns) names += (names.empty() ? "" : " ") + column.name;
        EXPECT_EQ(names, expected) << parsed->rewritten;
    }
}

TEST(Parse, appends_columns_to_a_row_wise_select) {
    auto session = engine().connect();
    ASSERT_TRUE(session);
    ASSERT_TRUE((*session)->execute(
        "CREATE SCHEMA lake; CREATE TABLE lake.o AS SELECT 1 AS a, 'D' AS op, 's' AS _ingot_slice, "
        "'f' AS _ingot_file, 9 AS _ingot_row"));
    const std::pair<const char*, const char*> cases[] = {
        {"SELECT * FROM lake.o", "1 D s 9 true"},
        {"SELECT t.* EXCLUDE (op), a + 1 AS b FROM lake.o t WHERE a = 1;", "1 2 s 9 true"},
        {"FROM lake.o -- all of it", "1 D s 9 true"},
        {"SELECT * LIKE '%a%' FROM lake.o", "1 s 9 true"},
        {"SELECT a, _ingot_file FROM lake.o", "1 f s 9 true"},
    };
    for (const auto& [sql, expected] : cases) {
        const auto appended = engine().append_columns(
            sql, {"_ingot_slice", "_ingot_row AS r", "(op = 'D' -- gone\n) AS x"});
        ASSERT_TRUE(appended) << sql << ": " << appended.error().message;
        const auto rows = (*session)->query(*appended);
        ASSERT_TRUE(rows) << *appended << ": " << rows.error().message;
        std::string cells;
        for (std::size_t i = 0; i < rows->columns.size(); ++i)
            cells += (i == 0 ? "" : " ") + rows->text(0, i);
        EXPECT_EQ(cells, expected) << *appended;
        EXPECT_EQ(rows->columns.back().name, "x");
    }
    EXPECT_EQ(engine().append_columns("SELECT a FROM o", {"b +"}).error().code, Code("SQL101"));
    EXPECT_EQ(engine().append_columns("SELECT sum(a) FROM o", {"b"}).error().code, Code("BUG001"));
}

struct Wrong {
    const char* sql;
    const char* code;
    int line;
    int column;
    const char* says;
};

TEST(Parse, refuses_what_is_not_one_select) {
    const Wrong cases[] = {
        {"", "SQL102", 0, 0, "no statement"},
        {" -- only a comment\n ; ", "SQL102", 0, 0, "no statement"},
        {"SELECT 1;\n  SELECT 2", "SQL102", 2, 3, "2 statements"},
        {"\nINSERT INTO t VALUES (1)", "SQL102", 2, 1, "INSERT"},
        {"CREATE TABLE t AS SELECT 1", "SQL102", 1, 1, "CREATE"},
        {"DESCRIBE bronze.o", "SQL102", 1, 1, "describes"},
        {"SHOW TABLES", "SQL102", 1, 1, "shows"},
        {"EXPLAIN SELECT 1", "SQL102", 1, 1, "EXPLAIN"},
        {"PIVOT t ON a USING sum(b)", "SQL102", 1, 1, "list its values"},
        {"SELEC 1", "SQL101", 1, 1, "SELEC"},
        {"SELECT a\nFROM t\nWHERE a = = 1", "SQL101", 3, 11, "="},
        {"SELECT 'ä' b c FROM t", "SQL101", 1, 14, "c"},
        {"SELECT (1", "SQL101", 1, 10, "end of input"},
        {"SELECT 'äö', sum( FROM t", "SQL101", 1, 19, "FROM"},
        {"SELECT 'abc", "SQL101", 1, 8, "unterminated"},
    };
    for (const auto& c : cases) {
        const auto parsed = engine().parse(c.sql);
        ASSERT_FALSE(parsed) << c.sql;
        EXPECT_EQ(parsed.error().code.id(), c.code) << c.sql << ": " << parsed.error().message;
        EXPECT_EQ(parsed.error().where.line, c.line) << c.sql;
        EXPECT_EQ(parsed.error().where.column, c.column) << c.sql;
        EXPECT_NE(parsed.error().message.find(c.says), std::string::npos) << parsed.error().message;
        EXPECT_EQ(parsed.error().message.find("LINE 1"), std::string::npos)
            << parsed.error().message;
    }
}

// Every function that the engine's catalog knows as an aggregate or as changing is known by name.
TEST(Parse, knows_the_functions_of_the_catalog) {
    auto session = engine().connect();
    ASSERT_TRUE(session);
    const auto functions = (*session)->query(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_name <> 'error' AND function_name ~ '[a-z].*' "
        "AND (function_type = 'aggregate' OR (function_type = 'scalar' AND stability <> 'CONSISTENT'))");
    ASSERT_TRUE(functions) << functions.error().message;
    ASSERT_GT(functions->rows.size(), 100U);
    for (std::size_t i = 0; i < functions->rows.size(); ++i) {
        const auto sql = "SELECT \"" + functions->text(i, 0) + "\"(a) FROM t";
        const auto parsed = engine().parse(sql);
        EXPECT_FALSE(parsed && parsed->row_wise) << sql;
    }
}

// A macro over such functions is one of them as well.
TEST(Parse, knows_the_macros_of_the_catalog) {
    auto session = engine().connect();
    ASSERT_TRUE(session);
    const auto macros = (*session)->query(
        "SELECT DISTINCT function_name, macro_definition FROM duckdb_functions() "
        "WHERE function_type = 'macro' AND schema_name = 'main'");
    ASSERT_TRUE(macros);
    ASSERT_GT(macros->rows.size(), 30U);
    for (std::size_t i = 0; i < macros->rows.size(); ++i) {
        const auto body = engine().parse("SELECT " + macros->text(i, 1) + " FROM t");
        const auto call = engine().parse("SELECT " + macros->text(i, 0) + "(a) FROM t");
        if (!body || !call || body->row_wise) continue;
        EXPECT_FALSE(call->row_wise) << macros->text(i, 0);
    }
}

}  // namespace
}  // namespace ingot::engine
