// MySQL and MariaDB: the engine's scanner reads a SELECT in the database's own SQL. Dates are sent as text and read by the
// engine, since the scanner makes NULL of 0000-00-00 and stops at 2024-00-00; so is what it would read as a number that
// is near.
#include <algorithm>
#include <array>

#include "config/bind.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/attached.h"
#include "platform/connector/database/mysql_moment.h"
#include "platform/connector/database/ranges.h"
#include "platform/connector/database/server.h"
#include "platform/connector/database/source_query.h"
#include "platform/connector/database/talk.h"

namespace ingot::connector {

namespace {

using sql::Fragment;

const SourceDialect dialect{
    .words = {.name = "mysql", .quote = '`'}, .backslashes = true, .hash_comments = true};

enum class ZeroDates { error, as_null };
inline constexpr std::array zero_date_choices{
    config::Choice{"error", 0}, config::Choice{"as_null", 1}};
constexpr std::span<const config::Choice> choices(config::Of<ZeroDates>) {
    return zero_date_choices;
}

struct MysqlTable {
    std::optional<config::Spanned<std::string>> schema;
    std::optional<config::Spanned<std::string>> table;
    std::optional<config::Spanned<std::string>> query;
    std::optional<config::Spanned<std::string>> where;
    std::optional<config::Spanned<std::string>> partition_column;
    std::optional<config::Spanned<std::int64_t>> partitions;
    bool consistent = true;
    ZeroDates zero_dates = ZeroDates::error;
};

constexpr auto describe(config::Of<MysqlTable>) {
    return record_with("mysql table", "A table, a view or a query of MySQL or MariaDB.",
        std::tuple_cat(table_fields<MysqlTable>(), partition_fields<MysqlTable>(),
            std::tuple(
                config::field("consistent", &MysqlTable::consistent,
                    "Whether all rows have to be of one moment. Ranges of partitions: then begin while the table is locked; those of a query: need false."),
                config::field("zero_dates", &MysqlTable::zero_dates,
                    "What becomes of 0000-00-00 and 2024-00-00, which are no dates. As they stand they land with types: {column: VARCHAR}."))));
}

const std::array<const char*, 5> ssl_words{
    "preferred", "disabled", "required", "verify_ca", "verify_identity"};

struct There : Column {
    std::string charset;
};

Fragment as_text(const Fragment& column) {
    return Fragment::of("CAST(") + column + Fragment::of(" AS CHAR)");
}

class MysqlSource final : public Source {
public:
    explicit MysqlSource(Settings settings) : settings_(std::move(settings)) {
        Diagnostics checked_before;
        connection_ = config::bind<ServerConnection>(settings_.connection, checked_before);
        const auto said = config::bind<MysqlTable>(settings_.table, checked_before);
        table_ = table_of(said);
        partitioning_ = partitioning_of(said);
        zero_dates_ = said.zero_dates;
        of_one_moment_ = said.consistent;
    }

    Result<Fetched> fetch(const FetchOrder& order) override {
        put_date(table_, order.date);
        const auto server = TRY(server_of(connection_, settings_.root));
        Talk talk(order, table_.query ? table_.query->span : settings_.name.span,
            settings_.connection.span);
        Attached database(talk, settings_, table_, words());
        TRY(attach(talk, database, server));
        const auto there = TRY(columns_of(database));
        const auto columns = TRY(passages(there));
        std::vector<Fragment> conditions;
        if (table_.where) conditions.push_back(Fragment::authored(table_.where->value));
        if (order.since) conditions.push_back(TRY(since(*order.since, there)));
        Fetched fetched;
        Relation relation;
        relation.select = database.select(columns, conditions);
        const auto ranges = TRY(this->ranges(database, there, conditions));
        if (ranges.size() > 1) {
            SharedMoment moment(talk, order, control(database));
            const auto why_not = of_one_moment_
                                     ? TRY(moment.hold(dialect, table_, settings_.name.value))
                                     : std::nullopt;
            if (why_not)
                fetched.warnings.push_back("EXT145 read by one statement instead of " +
                                           std::to_string(ranges.size()) + " ranges: " + *why_not +
                                           "; consistent: false reads ranges of their own moments");
            for (const auto& range : ranges) {
                if (why_not) break;
                auto within = conditions;
                within.push_back(range);
                auto rows = database.rows();
                if (of_one_moment_) {
                    rows =
                        moment.beginning(dialect, rows, static_cast<int>(relation.at_once.size()));
                    within.push_back(SharedMoment::has_begun());
                }
                relation.at_once.push_back({.select = database.select(columns, within, rows)});
            }
            if (of_one_moment_ && !why_not) relation.meanwhile = moment.release();
        }
        relation.finish = talk.hand_over();
        fetched.rows = std::move(relation);
        return fetched;
    }

    Result<std::string> reach(const FetchOrder& order) override {
        const auto server = TRY(server_of(connection_, settings_.root));
        Talk talk(order, settings_.name.span, settings_.connection.span);
        Attached database(talk, settings_, table_, words());
        TRY(attach(talk, database, server));
        return first_texts(
            TRY(database.ask(Fragment::of("SELECT concat(@@version_comment, ' ', @@version)"))))
            .at(0);
    }

private:
    // Each statement says its limit itself, since the engine may take another connection for the next one. MariaDB runs
    // what stands in /*M! */, MySQL reads the hint.
    AttachedWords words() const {
        AttachedWords words{.dialect = dialect,
            .type = "mysql_scanner",
            .function = "mysql_query",
            .tables = Fragment::of("SELECT table_name FROM information_schema.tables WHERE "
                                   "table_schema = DATABASE()")};
        if (!connection_.timeout) return words;
        const auto limit = parse_duration(connection_.timeout->value)->count();
        words.ahead =
            Fragment::authored("/*M! SET STATEMENT max_statement_time = " +
                               std::to_string(static_cast<double>(limit) / 1e6) + " FOR */ ");
        words.hint =
            Fragment::authored("/*+ MAX_EXECUTION_TIME(" +
                               std::to_string(std::max<std::int64_t>(1, limit / 1000)) + ") */ ");
        return words;
    }

    Status attach(Talk& talk, Attached& database, const Server& server) {
        const auto& d = sql::duckdb();
        TRY(talk.ask("LOAD mysql_scanner"));
        // TIMESTAMP is an instant that the server shows in the session's zone.
        TRY(talk.ask(
            "SET mysql_session_time_zone = '+00:00'; SET mysql_tinyint1_as_boolean = false; "
            "SET mysql_query_timeout_enabled = false"));
        const auto alias = d.identifier(database.name()).text();
        std::string secret = "CREATE OR REPLACE TEMPORARY SECRET " + alias + " (TYPE mysql";
        const auto say = [&](const char* word, const std::string& value) {
            if (!value.empty()) secret += std::string(", ") + word + " " + d.literal(value).text();
        };
        say("HOST", server.host.empty() ? "127.0.0.1" : server.host);
        say("PORT", server.port);
        say("DATABASE", server.database);
        say("USER", server.user);
        say("PASSWORD", server.password);
        if (connection_.ssl)
            say("SSL_MODE", ssl_words.at(static_cast<std::size_t>(*connection_.ssl)));
        for (const auto& [word, value] : server.options) say(word.c_str(), value);
        TRY(talk.ask(secret + ")"));
        if (of_one_moment_ && partitioning_.count) {
            const auto other = d.identifier(control(database)).text();
            TRY(talk.ask("DETACH DATABASE IF EXISTS " + other));
            TRY(talk.ask("ATTACH '' AS " + other + " (TYPE mysql_scanner, SECRET " + alias + ")"));
            talk.close_with("DETACH DATABASE IF EXISTS " + other);
        }
        const auto attached = database.attach("", ", SECRET " + alias);
        (void)talk.ask("DROP TEMPORARY SECRET IF EXISTS " + alias);
        return attached;
    }

    // Statements that are no SELECT need one that is not read-only.
    static std::string control(const Attached& database) { return database.name() + " (control)"; }

    static Fragment own(const std::string& name) { return dialect.column(name); }

    static Result<std::vector<There>> columns_of(const Attached& database) {
        std::vector<There> there;
        std::vector<Fragment> charsets, whole;
        for (const auto& column : TRY(database.columns())) {
            there.push_back({column, {}});
            const auto number = dialect.words.integer(static_cast<std::int64_t>(there.size()));
            charsets.push_back(Fragment::of("CHARSET(") + own(there.back().name) +
                               Fragment::of(") AS c") + number);
            // Of a DECIMAL with more digits than the engine has this is one with fewer; of a DOUBLE it is a DOUBLE.
            if (there.back().type == "DOUBLE")
                whole.push_back(Fragment::of("TRUNCATE(") + own(there.back().name) +
                                Fragment::of(", 0) AS ") +
                                dialect.words.identifier(there.back().name));
        }
        const auto none = Fragment::of("SELECT ") + sql::join(charsets, Fragment::of(", ")) +
                          Fragment::of(" FROM (SELECT 1) one LEFT JOIN ") + database.rows() +
                          Fragment::of(" ON FALSE");
        const auto found = TRY(database.ask(none));
        for (std::size_t i = 0; i < there.size(); ++i)
            there[i].charset = found.rows.at(0).at(i).value_or("");
        if (whole.empty()) return there;
        const auto digits = Fragment::of("SELECT ") + sql::join(whole, Fragment::of(", ")) +
                            Fragment::of(" FROM ") + database.rows();
        for (const auto& column : TRY(database.described(digits)))
            if (column.type.starts_with("DECIMAL"))
                std::ranges::find(there, column.name, &There::name)->type = "DECIMAL";
        return there;
    }

    Result<std::vector<Fragment>> ranges(const Attached& database, const std::vector<There>& there,
        const std::vector<Fragment>& conditions) const {
        if (!partitioning_.count) return std::vector<Fragment>{};
        auto by = partitioning_;
        if (!by.column) by.column = TRY(first_of_primary_key(database));
        return database.ranges(by, Columns(there.begin(), there.end()), as_text, conditions);
    }

    Result<config::Spanned<std::string>> first_of_primary_key(const Attached& database) const {
        const auto where = partitioning_.count->span;
        const auto found = TRY(database.ask(Fragment::authored(
            "SELECT column_name FROM information_schema.statistics WHERE index_name = 'PRIMARY' AND seq_in_index = 1 AND " +
            is_about(dialect, table_, settings_.name.value))));
        if (found.rows.empty())
            return fail("EXT103",
                "partitions: needs partition_column: here, since " +
                    table_.table.value_or(settings_.name).value + " has no primary key",
                where);
        return config::Spanned<std::string>{found.rows[0].at(0).value_or(""), where};
    }

    Result<std::vector<Passing>> passages(const std::vector<There>& there) const {
        std::vector<Passing> out;
        for (const auto& name :
            TRY(chosen_columns(settings_.columns, names_of(there), settings_.name.span)))
            out.push_back(passing(*std::ranges::find(there, name, &There::name)));
        return out;
    }

    Passing passing(const There& column) const {
        const auto& name = column.name;
        const auto& type = column.type;
        const auto read = sql::duckdb().identifier(name);
        const auto sent = own(name);
        if (settings_.is_declared_text(name)) return {name, as_text(sent), read};
        if (type == "DATE" || type.starts_with("TIMESTAMP"))
            return {name, as_text(sent), date_read(read, type)};
        // Printed with six digits, a FLOAT would come back as its neighbour.
        if (type == "FLOAT")
            return {name, sent + Fragment::of(" + 0e0"),
                Fragment::of("CAST(") + read + Fragment::of(" AS FLOAT)")};
        if (type == "DECIMAL") return {name, as_text(sent), read};
        if (type == "BLOB" && column.charset != "binary") return {name, as_text(sent), read};
        return {name, sent, read};
    }

    Fragment date_read(const Fragment& text, const std::string& type) const {
        const auto as = type == "DATE" ? Fragment::of(" AS DATE)") : Fragment::of(" AS TIMESTAMP)");
        if (zero_dates_ == ZeroDates::as_null) return Fragment::of("TRY_CAST(") + text + as;
        return Fragment::of("CAST(") + text + as;
    }

    // Text is compared byte by byte, as the engine compares it when it looks for the greatest value.
    Result<Fragment> since(const Bound& bound, const std::vector<There>& there) const {
        const auto name = TRY(cursor_column(*settings_.cursor, names_of(there)));
        const auto& column = *std::ranges::find(there, name, &There::name);
        const auto value = TRY(dialect.bound(bound, column.type));
        if (column.type == "VARCHAR" && column.charset != "binary")
            return Fragment::of("CAST(CONVERT(") + own(name) +
                   Fragment::of(" USING utf8mb4) AS BINARY) >= CAST(CONVERT(") + value +
                   Fragment::of(" USING utf8mb4) AS BINARY)");
        return own(name) + Fragment::of(" >= ") + value;
    }

    Settings settings_;
    ServerConnection connection_;
    DatabaseTable table_;
    Partitioning partitioning_;
    ZeroDates zero_dates_ = ZeroDates::error;
    bool of_one_moment_ = true;
};

void check(const Settings& settings, Diagnostics& diagnostics) {
    check_server(settings, diagnostics);
    check_partitions(settings, RangesShare::moment_of_table, diagnostics);
}

}  // namespace

extern const Kind mysql_kind;
const Kind mysql_kind{.name = "mysql",
    .doc = "Tables and queries of a MySQL or MariaDB database.",
    .connection = options_of<ServerConnection>(),
    .table = options_of<MysqlTable>(),
    .check = &check,
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<MysqlSource>(std::move(settings));
    }};

}  // namespace ingot::connector
