// PostgreSQL: the engine's scanner reads a SELECT in PostgreSQL's own SQL as one binary COPY, in one snapshot. What the
// scanner would lose is sent as text; what no type of the engine can hold stops the read with the value's column and a way out.
#include <algorithm>

#include "base/time.h"
#include "config/bind.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/postgres_changes.h"
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
    std::optional<ChangesSpec> changes;
};

constexpr auto describe(config::Of<PostgresTable>) {
    using config::field;
    return config::record("postgres table",
        "A table, a view or a query of PostgreSQL, or the changes of a table.",
        field("schema", &PostgresTable::schema,
            "The table's schema; default: along the search path."),
        field(
            "table", &PostgresTable::table, "The table or view there; default: the table's name."),
        field("query", &PostgresTable::query,
            "One SELECT in the database's own SQL instead of a table; the cursor is asked around it."),
        field("where", &PostgresTable::where,
            "Land only these rows; a condition in the database's own SQL.")
            .example("\"status <> 'draft'\""),
        field("changes", &PostgresTable::changes,
            "Land the table's changes from the server's log instead of its rows."));
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
struct There {
    std::string name;
    std::string type;
    std::string own_type;
};

// Stops the statement with a sentence where `wrong` holds. The column's text keeps it from being computed beforehand.
Fragment refuse(const Fragment& column, const Fragment& wrong, const std::string& why) {
    return Fragment::of("CASE WHEN ") + wrong + Fragment::of(" THEN CAST(") +
           dialect.text(why + ": ") + Fragment::of(" || CAST(") + column +
           Fragment::of(" AS text) AS integer) IS NULL ELSE true END");
}

bool is_exact_element(std::string_view type) {
    return is_numeric(type) || type == "BOOLEAN" || type == "VARCHAR" || type == "UUID" ||
           type == "DATE" || type.starts_with("TIMESTAMP");
}

class PostgresSource final : public Source {
public:
    explicit PostgresSource(Settings settings) : settings_(std::move(settings)) {
        Diagnostics checked_before;
        connection_ = config::bind<ServerConnection>(settings_.connection, checked_before);
        auto said = config::bind<PostgresTable>(settings_.table, checked_before);
        table_ = {said.schema, said.table, said.query, said.where};
        changes_ = std::move(said.changes);
    }

    Status published(const std::string& position) override {
        if (!changes_ || position.empty()) return {};
        return confirm_changes(
            changes_order(TRY(server_of(connection_, settings_.root))), position);
    }

    Result<Fetched> fetch(const FetchOrder& order) override {
        const auto server = TRY(server_of(connection_, settings_.root));
        if (changes_) return fetch_changes(changes_order(server), order);
        Talk talk(order, table_.query ? table_.query->span : settings_.name.span,
            settings_.connection.span);
        TRY(attach(talk, server));
        const auto rows = TRY(rows_of(dialect, table_, settings_.name.value));
        const auto there = TRY(columns_of(talk, rows));
        std::vector<Fragment> conditions;
        const auto columns = TRY(passages(there, conditions));
        if (table_.where) conditions.push_back(Fragment::authored(table_.where->value));
        if (order.since) conditions.push_back(TRY(since(*order.since, there)));
        Relation relation;
        relation.select = Fragment::of("SELECT ") + read_list(columns) + Fragment::of(" FROM ") +
                          asked(sent_select(dialect, columns, rows, conditions));
        relation.finish = talk.hand_over();
        return Fetched{.rows = std::move(relation)};
    }

private:
    ChangesOrder changes_order(const Server& server) const {
        return {.conninfo = conninfo(server, connection_),
            .spec = *changes_,
            .settings = settings_,
            .table = table_.table.value_or(settings_.name),
            .schema = table_.schema ? std::optional(table_.schema->value) : std::nullopt};
    }

    Status attach(Talk& talk, const Server& server) {
        const auto& d = sql::duckdb();
        TRY(talk.ask("LOAD postgres_scanner"));
        const auto alias = d.identifier(alias_of(settings_)).text();
        TRY(talk.ask("DETACH DATABASE IF EXISTS " + alias));
        TRY(talk.ask("ATTACH " + d.literal(conninfo(server, connection_)).text() + " AS " + alias +
                     " (TYPE postgres_scanner, READ_ONLY)"));
        talk.close_with("DETACH DATABASE IF EXISTS " + alias);
        // One transaction, so that everything that is looked at is of one snapshot.
        TRY(talk.ask("BEGIN TRANSACTION"));
        talk.close_with("ROLLBACK");
        std::string settings =
            "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; "
            "SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1";
        if (connection_.timeout)
            settings += "; SET LOCAL statement_timeout = " +
                        std::to_string(parse_duration(connection_.timeout->value)->count() / 1000);
        TRY(talk.ask("CALL postgres_execute(" + d.literal(alias_of(settings_)).text() + ", " +
                     d.literal(settings).text() + ")"));
        return {};
    }

    Fragment asked(const Fragment& select) const {
        const auto& d = sql::duckdb();
        return Fragment::of("postgres_query(") + d.literal(alias_of(settings_)) +
               Fragment::of(", ") + d.literal(select.text()) + Fragment::of(")");
    }

    Result<std::vector<There>> columns_of(Talk& talk, const Fragment& rows) {
        const auto all = Fragment::of("SELECT * FROM ") + rows;
        auto seen = talk.ask("DESCRIBE FROM " + asked(all).text(), all.text());
        if (!seen) return std::unexpected(explained(talk, std::move(seen).error()));
        if (settings_.cursor) TRY(cursor_column(*settings_.cursor, first_texts(*seen)));
        std::vector<There> there;
        std::vector<Fragment> types;
        for (const auto& row : seen->rows) {
            there.push_back({row[0].value_or(""), row[1].value_or(""), {}});
            types.push_back(Fragment::of("CAST(pg_typeof(ingot_rows.") +
                            dialect.words.identifier(there.back().name) +
                            Fragment::of(") AS text) AS c") +
                            dialect.words.integer(static_cast<std::int64_t>(types.size())));
        }
        // No row is read for it.
        const auto none = Fragment::of("SELECT ") + sql::join(types, Fragment::of(", ")) +
                          Fragment::of(" FROM (SELECT 1) one LEFT JOIN ") + rows +
                          Fragment::of(" ON false");
        const auto own = TRY(talk.ask("FROM " + asked(none).text(), none.text()));
        for (std::size_t i = 0; i < there.size(); ++i)
            there[i].own_type = own.rows.at(0).at(i).value_or("");
        return there;
    }

    Error explained(Talk& talk, Error error) const {
        return why_refused(talk, std::move(error),
            {table_, settings_.name, [this](const Fragment& select) { return asked(select); },
                Fragment::of("SELECT table_name::text FROM information_schema.tables WHERE "
                             "table_schema NOT IN ('pg_catalog', 'information_schema')")});
    }

    Result<std::vector<Passing>> passages(
        const std::vector<There>& there, std::vector<Fragment>& conditions) const {
        std::vector<std::string> names;
        for (const auto& column : there) names.push_back(column.name);
        std::vector<Passing> out;
        for (const auto& name :
            TRY(chosen_columns(settings_.columns, names, settings_.name.span))) {
            const auto& column = *std::ranges::find(there, name, &There::name);
            const auto own = Fragment::of("ingot_rows.") + dialect.words.identifier(name);
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
        std::vector<std::string> names;
        for (const auto& column : there) names.push_back(column.name);
        const auto name = TRY(cursor_column(*settings_.cursor, names));
        const auto& column = *std::ranges::find(there, name, &There::name);
        auto own = Fragment::of("ingot_rows.") + dialect.words.identifier(name);
        if (column.own_type == "text" || column.own_type.starts_with("character"))
            own = own + Fragment::of(" COLLATE \"C\"");
        return own + Fragment::of(" >= ") + TRY(dialect.bound(bound, column.type));
    }

    Settings settings_;
    ServerConnection connection_;
    DatabaseTable table_;
    std::optional<ChangesSpec> changes_;
};

void check(const Settings& settings, Diagnostics& diagnostics) {
    check_server(settings, diagnostics);
    const auto* changes = settings.table.find("changes");
    if (!changes) return;
    for (const auto* other : {"query", "where"})
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
