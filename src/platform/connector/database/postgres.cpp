// PostgreSQL: the engine's scanner reads a SELECT in PostgreSQL's own SQL as one binary COPY, in one snapshot. What the
// scanner would lose is sent as text; what no type of the engine can hold stops the read with the value's column and a way out.
#include <algorithm>

#include "base/time.h"
#include "config/bind.h"
#include "data/type_family.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/attached.h"
#include "platform/connector/database/postgres_changes.h"
#include "platform/connector/database/ranges.h"
#include "platform/connector/database/server.h"
#include "platform/connector/database/source_query.h"
#include "platform/connector/database/talk.h"

namespace ingot::connector {

namespace {

using sql::Fragment;

const SourceDialect dialect{.words = {.name = "postgres"}, .dollar_quotes = true};

struct PostgresTable {
    std::optional<config::Spanned<std::string>> schema;
    std::optional<config::Spanned<std::string>> table;
    std::optional<config::Spanned<std::string>> query;
    std::optional<config::Spanned<std::string>> where;
    std::optional<config::Spanned<std::string>> partition_column;
    std::optional<config::Spanned<std::int64_t>> partitions;
    std::optional<ChangesSpec> changes;
};

constexpr auto describe(config::Of<PostgresTable>) {
    return record_with("postgres table",
        "A table, a view or a query of PostgreSQL, or the changes of a table.",
        std::tuple_cat(table_fields<PostgresTable>(), partition_fields<PostgresTable>(),
            std::tuple(config::field("changes", &PostgresTable::changes,
                "Land the table's changes from the server's log instead of its rows."))));
}

// libpq's quoting: 'it\'s'
std::string conninfo_value(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string conninfo(const Server& server, const ServerConnection& connection) {
    std::vector<std::pair<std::string, std::string>> words;
    const auto say = [&](const char* name, const std::string& value) {
        if (!value.empty()) words.emplace_back(name, value);
    };
    say("host", server.host.empty() ? "localhost" : server.host);
    say("port", server.port);
    say("dbname", server.database);
    say("user", server.user);
    say("password", server.password);
    const auto given = [&](std::string_view name) {
        return std::ranges::any_of(words, [&](const auto& word) { return word.first == name; });
    };
    for (const auto& [name, value] : server.options)
        if (!given(name)) words.emplace_back(name, value);
    if (connection.ssl)
        words.emplace_back(
            "sslmode", std::string(ssl_choices.at(static_cast<std::size_t>(*connection.ssl)).name));
    if (!given("connect_timeout")) words.emplace_back("connect_timeout", "10");
    if (!given("application_name")) words.emplace_back("application_name", "ingot");
    std::string text;
    for (const auto& [name, value] : words)
        text += (text.empty() ? "" : " ") + name + "=" + conninfo_value(value);
    return text;
}

// A column as the scanner would read it, and PostgreSQL's own name of its type.
struct There : Column {
    std::string own_type;
};

// Stops the statement with a sentence where `wrong` holds. The column's text keeps it from being computed beforehand.
Fragment refuse(const Fragment& column, const Fragment& wrong, const std::string& why) {
    return Fragment::of("CASE WHEN ") + wrong + Fragment::of(" THEN CAST(") +
           dialect.text(why + ": ") + Fragment::of(" || CAST(") + column +
           Fragment::of(" AS text) AS integer) IS NULL ELSE true END");
}

bool is_exact_element(std::string_view type) {
    return is_number_type(type) || type == "BOOLEAN" || type == "VARCHAR" || type == "UUID" ||
           type == "DATE" || type.starts_with("TIMESTAMP");
}

class PostgresSource final : public Source {
public:
    explicit PostgresSource(Settings settings) : settings_(std::move(settings)) {
        Diagnostics checked_before;
        connection_ = config::bind<ServerConnection>(settings_.connection, checked_before);
        auto said = config::bind<PostgresTable>(settings_.table, checked_before);
        table_ = table_of(said);
        partitioning_ = partitioning_of(said);
        changes_ = std::move(said.changes);
    }

    Status published(const std::string& position) override {
        if (!changes_ || position.empty()) return {};
        return confirm_changes(
            changes_order(TRY(server_of(connection_, settings_.root))), position);
    }

    Result<Fetched> fetch(const FetchOrder& order) override {
        put_date(table_, order.date);
        const auto server = TRY(server_of(connection_, settings_.root));
        if (changes_) return fetch_changes(changes_order(server), order);
        Talk talk(order, table_.query ? table_.query->span : settings_.name.span,
            settings_.connection.span);
        Attached database(talk, settings_, table_, words());
        TRY(attach(talk, database, server));
        const auto there = TRY(columns_of(database));
        std::vector<Fragment> conditions;
        const auto columns = TRY(passages(there, conditions));
        if (table_.where) conditions.push_back(Fragment::authored(table_.where->value));
        if (order.since) conditions.push_back(TRY(since(*order.since, there)));
        Relation relation;
        relation.select = database.select(columns, conditions);
        if (partitioning_.count)
            relation.at_once = TRY(readings(database, there, columns, conditions));
        relation.finish = talk.hand_over();
        return Fetched{.rows = std::move(relation)};
    }

    Result<std::string> reach(const FetchOrder& order) override {
        const auto server = TRY(server_of(connection_, settings_.root));
        Talk talk(order, settings_.name.span, settings_.connection.span);
        Attached database(talk, settings_, table_, words());
        TRY(attach(talk, database, server));
        return "PostgreSQL " +
               first_texts(
                   TRY(database.ask(Fragment::of("SELECT current_setting('server_version')"))))
                   .at(0);
    }

private:
    static AttachedWords words() {
        return {.dialect = dialect,
            .type = "postgres_scanner",
            .function = "postgres_query",
            .tables = Fragment::of("SELECT table_name::text FROM information_schema.tables WHERE "
                                   "table_schema NOT IN ('pg_catalog', 'information_schema')")};
    }

    Status attach(Talk& talk, Attached& database, const Server& server) const {
        TRY(talk.ask("LOAD postgres_scanner"));
        TRY(database.attach(conninfo(server, connection_)));
        TRY(talk.ask(executed(database, session_settings())));
        return {};
    }

    ChangesOrder changes_order(const Server& server) const {
        return {.conninfo = conninfo(server, connection_),
            .spec = *changes_,
            .settings = settings_,
            .table = table_.table.value_or(settings_.name),
            .schema = table_.schema ? std::optional(table_.schema->value) : std::nullopt};
    }

    // A large table would begin where another's scan is just now.
    std::string session_settings() const {
        std::string settings =
            "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; "
            "SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; "
            "SET LOCAL synchronize_seqscans = off";
        if (connection_.timeout)
            settings += "; SET LOCAL statement_timeout = " +
                        std::to_string(parse_duration(connection_.timeout->value)->count() / 1000);
        return settings;
    }

    static std::string executed(const Attached& database, const std::string& statements) {
        const auto& d = sql::duckdb();
        return "CALL postgres_execute(" + d.literal(database.name()).text() + ", " +
               d.literal(statements).text() + ")";
    }

    // Each over a connection of its own, and all in the snapshot of the transaction that is open here.
    Result<std::vector<Reading>> readings(const Attached& database, const std::vector<There>& there,
        const std::vector<Passing>& columns, const std::vector<Fragment>& conditions) const {
        const auto ranges = partitioning_.column
                                ? TRY(database.ranges(partitioning_,
                                      Columns(there.begin(), there.end()), as_text, conditions))
                                : TRY(place_ranges(database));
        std::vector<Reading> readings;
        if (ranges.size() < 2) return readings;
        const auto snapshot =
            TRY(database.ask(Fragment::of("SELECT pg_export_snapshot()"))).rows.at(0).at(0);
        for (const auto& range : ranges) {
            auto within = conditions;
            within.push_back(range);
            readings.push_back({.prepare = {"BEGIN TRANSACTION",
                                    executed(database, "SET TRANSACTION SNAPSHOT " +
                                                           dialect.text(*snapshot).text() + "; " +
                                                           session_settings())},
                .select = database.select(columns, within),
                .finish = {"ROLLBACK"}});
        }
        return readings;
    }

    // By the blocks of the table's file, as it is now: rows beyond them are none of the snapshot's.
    Result<std::vector<Fragment>> place_ranges(const Attached& database) const {
        const auto place = table_.table.value_or(settings_.name);
        const auto name = table_.schema
                              ? dialect.words.qualified(table_.schema->value, place.value).text()
                              : dialect.words.identifier(place.value).text();
        const auto found = TRY(database.ask(Fragment::authored(
            "SELECT relkind::text, (pg_relation_size(oid) / current_setting('block_size')::bigint)::text "
            "FROM pg_class WHERE oid = " +
            dialect.text(name).text() + "::regclass")));
        const auto kind = found.rows.at(0).at(0).value_or("");
        if (kind != "r" && kind != "m")
            return fail("EXT103",
                "partitions: needs partition_column: here, since " + place.value +
                    " is no plain table: its rows have no places of their own",
                partitioning_.count->span);
        const auto blocks = std::stoll(found.rows[0].at(1).value_or("0"));
        const auto count = partitioning_.count->value;
        const auto tid = [&](std::int64_t block) {
            return Fragment::authored("'(" + std::to_string(block) + ",0)'::tid");
        };
        std::vector<Fragment> ranges;
        const auto steps = std::min<std::int64_t>(count, std::max<std::int64_t>(1, blocks));
        for (std::int64_t i = 0; i < steps; ++i) {
            auto range = Fragment::of("ingot_rows.ctid >= ") + tid(blocks * i / steps);
            if (i + 1 < steps)
                range =
                    range + Fragment::of(" AND ingot_rows.ctid < ") + tid(blocks * (i + 1) / steps);
            ranges.push_back(std::move(range));
        }
        return ranges;
    }

    static Result<std::vector<There>> columns_of(const Attached& database) {
        std::vector<There> there;
        std::vector<Fragment> types;
        for (const auto& column : TRY(database.columns())) {
            there.push_back({column, {}});
            types.push_back(Fragment::of("CAST(pg_typeof(") + dialect.column(column.name) +
                            Fragment::of(") AS text) AS c") +
                            dialect.words.integer(static_cast<std::int64_t>(types.size())));
        }
        // No row is read for it.
        const auto own =
            TRY(database.ask(Fragment::of("SELECT ") + sql::join(types, Fragment::of(", ")) +
                             Fragment::of(" FROM (SELECT 1) one LEFT JOIN ") + database.rows() +
                             Fragment::of(" ON false")));
        for (std::size_t i = 0; i < there.size(); ++i)
            there[i].own_type = own.rows.at(0).at(i).value_or("");
        return there;
    }

    Result<std::vector<Passing>> passages(
        const std::vector<There>& there, std::vector<Fragment>& conditions) const {
        std::vector<Passing> out;
        for (const auto& name :
            TRY(chosen_columns(settings_.columns, names_of(there), settings_.name.span))) {
            const auto& column = *std::ranges::find(there, name, &There::name);
            const auto own = dialect.column(name);
            const auto is_text = settings_.is_declared_text(name);
            out.push_back(
                {name, is_text ? as_text(own) : sent(column, own), sql::duckdb().identifier(name)});
            if (is_text) continue;
            if (auto guard = guarded(column, own); !guard.empty())
                conditions.push_back(std::move(guard));
        }
        return out;
    }

    static Fragment as_text(const Fragment& column) {
        return Fragment::of("CAST(") + column + Fragment::of(" AS text)");
    }

    static Fragment sent(const There& column, const Fragment& own) {
        const auto& type = column.type;
        if (column.own_type == "money")
            return Fragment::of("CAST(") + own + Fragment::of(" AS numeric(22,3))");
        if (column.own_type == "oid")
            return Fragment::of("CAST(") + own + Fragment::of(" AS bigint)");
        // numeric without precision, or with more digits than the engine's DECIMAL has
        if (type == "DOUBLE" && column.own_type != "double precision") return as_text(own);
        if (type == "INTERVAL" || type == "TIME WITH TIME ZONE") return as_text(own);
        if (!type.ends_with("[]")) return own;
        const auto element = std::string_view(type).substr(0, type.size() - 2);
        const bool is_exact = is_exact_element(element) &&
                              (element != "DOUBLE" || column.own_type == "double precision[]");
        return is_exact ? own : Fragment::of("CAST(") + own + Fragment::of(" AS text[])");
    }

    static std::string way_out(
        const There& column, const std::string& what, const std::string& type) {
        return "column " + column.name + " holds " + what + ", which " + type +
               " cannot hold; add types: {" + column.name + ": VARCHAR}";
    }

    // What the scanner would read as something else.
    static Fragment guarded(const There& column, const Fragment& own) {
        const auto& type = column.type;
        if (type.starts_with("DECIMAL") && !type.ends_with("[]") && column.own_type != "money")
            return refuse(own, own + Fragment::of(" = 'NaN'"), way_out(column, "NaN", type));
        if (type == "TIMESTAMP" || type == "TIMESTAMP WITH TIME ZONE")
            return refuse(own,
                own + Fragment::of(" >= '294247-01-01' AND ") + own + Fragment::of(" < 'infinity'"),
                way_out(column, "a year beyond 294246", type));
        if (!type.ends_with("[]")) return {};
        auto shape = refuse(own,
            Fragment::of("array_ndims(") + own + Fragment::of(") > 1 OR array_lower(") + own +
                Fragment::of(", 1) <> 1"),
            way_out(column, "an array that is no simple list", type));
        if (!type.starts_with("DECIMAL")) return shape;
        return shape + Fragment::of(" AND ") +
               refuse(own, Fragment::of("'NaN' = ANY(") + own + Fragment::of(")"),
                   way_out(column, "NaN", type));
    }

    // Text is compared byte by byte, as the engine compares it when it looks for the greatest value.
    Result<Fragment> since(const Bound& bound, const std::vector<There>& there) const {
        const auto name = TRY(cursor_column(*settings_.cursor, names_of(there)));
        const auto& column = *std::ranges::find(there, name, &There::name);
        auto own = dialect.column(name);
        if (column.own_type == "text" || column.own_type.starts_with("character"))
            own = own + Fragment::of(" COLLATE \"C\"");
        return own + Fragment::of(" >= ") + TRY(dialect.bound(bound, column.type));
    }

    Settings settings_;
    ServerConnection connection_;
    DatabaseTable table_;
    Partitioning partitioning_;
    std::optional<ChangesSpec> changes_;
};

void check(const Settings& settings, Diagnostics& diagnostics) {
    check_server(settings, diagnostics);
    check_partitions(settings, RangesShare::one_snapshot, diagnostics);
    const auto* changes = settings.table.find("changes");
    if (!changes) return;
    for (const auto* other : {"query", "where", "partitions"})
        if (const auto* value = settings.table.find(other))
            diagnostics.error("CFG108",
                std::string(other) +
                    ": and changes: cannot both be: the log tells of all rows of a table",
                value->span, {{"changes:", changes->span}});
    if (settings.cursor)
        diagnostics.error("CFG108", "cursor: and changes: both say what is new; keep one",
            settings.cursor->column.span, {{"changes:", changes->span}});
}

}  // namespace

extern const Kind postgres_kind;
const Kind postgres_kind{.name = "postgres",
    .doc = "Tables and queries of a PostgreSQL database.",
    .connection = options_of<ServerConnection>(),
    .table = options_of<PostgresTable>(),
    .check = &check,
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<PostgresSource>(std::move(settings));
    }};

}  // namespace ingot::connector
