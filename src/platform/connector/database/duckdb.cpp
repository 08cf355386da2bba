// DuckDB files as sources: the engine attaches them read-only.
#include "base/hash.h"
#include "config/bind.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/server.h"
#include "platform/connector/database/source_query.h"
#include "sql/dialect.h"

namespace ingot::connector {

namespace {

using sql::Fragment;

struct DuckdbConnection {
    std::string type;
    config::Spanned<std::string> path;
};

constexpr auto describe(config::Of<DuckdbConnection>) {
    using config::field;
    return config::record("duckdb connection", "A DuckDB database file, opened read-only.",
        field("type", &DuckdbConnection::type, "duckdb."),
        field("path", &DuckdbConnection::path, "The file, relative to the project.").required());
}

struct DuckdbTable {
    std::optional<std::string> schema;
    std::optional<std::string> table;
    std::optional<config::Spanned<std::string>> query;
};

constexpr auto describe(config::Of<DuckdbTable>) {
    using config::field;
    return config::record("duckdb table", "A table or a query of a DuckDB file.",
        field("schema", &DuckdbTable::schema, "The table's schema; default: main."),
        field("table", &DuckdbTable::table, "The table there; default: the table's name."),
        field("query", &DuckdbTable::query,
            "A SELECT instead of a table; it may name tables without their schema. {date} stands for the run's date."));
}

const SourceDialect dialect{.words = {.name = "duckdb"}, .dollar_quotes = true};

class DuckdbSource final : public Source {
public:
    explicit DuckdbSource(Settings settings) : settings_(std::move(settings)) {
        Diagnostics checked_before;
        connection_ = config::bind<DuckdbConnection>(settings_.connection, checked_before);
        table_ = config::bind<DuckdbTable>(settings_.table, checked_before);
    }

    Result<Fetched> fetch(const FetchOrder& order) override {
        const auto file = TRY(file_of(settings_, connection_.path));
        const auto& d = sql::duckdb();
        const auto alias = alias_of(file);
        Relation relation;
        relation.prepare.push_back(attached(file));
        auto rows = Fragment::of("SELECT * FROM ");
        if (table_.query) {
            // Inside its own file, so that the query's names are that file's.
            relation.prepare.push_back("USE " + alias);
            relation.finish.emplace_back("USE memory");
            rows =
                rows + Fragment::of("(") +
                Fragment::authored(with_date(TRY(one_select(dialect, *table_.query)), order.date)) +
                Fragment::of("\n) AS query");
        } else {
            rows = rows + d.identifier(alias) + Fragment::of(".") +
                   d.qualified(
                       table_.schema.value_or("main"), table_.table.value_or(settings_.name.value));
        }
        if (order.since)
            rows = rows + Fragment::of(" WHERE ") + d.identifier(settings_.cursor->column.value) +
                   Fragment::of(" >= ") + d.literal(order.since->value);
        relation.select = std::move(rows);
        return Fetched{.rows = std::move(relation)};
    }

    Result<std::string> reach(const FetchOrder& order) override {
        const auto file = TRY(file_of(settings_, connection_.path));
        const auto opened = order.ask(attached(file));
        if (!opened) return fail("EXT001", opened.error().message, connection_.path.span);
        return file;
    }

private:
    // Attached once for all tables of the file, and for as long as the process lives: an engine's sessions share what is
    // attached, and refuse the same file under a second name.
    static std::string alias_of(const std::string& file) {
        return "ingot_source_" + sha256(file).substr(0, 12);
    }
    static std::string attached(const std::string& file) {
        return "ATTACH IF NOT EXISTS " + sql::duckdb().literal(file).text() + " AS " +
               alias_of(file) + " (READ_ONLY)";
    }

    Settings settings_;
    DuckdbConnection connection_;
    DuckdbTable table_;
};

void check(const Settings& settings, Diagnostics& diagnostics) {
    if (const auto* query = settings.table.find("query"))
        for (const auto* other : {"table", "schema"})
            if (const auto* value = settings.table.find(other))
                diagnostics.error("CFG108",
                    std::string(other) + ": and query: both say what to read; keep one",
                    value->span, {{"query:", query->span}});
}

}  // namespace

extern const Kind duckdb_kind;
const Kind duckdb_kind{.name = "duckdb",
    .doc = "Tables and queries of a DuckDB file.",
    .connection = options_of<DuckdbConnection>(),
    .table = options_of<DuckdbTable>(),
    .check = &check,
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<DuckdbSource>(std::move(settings));
    }};

}  // namespace ingot::connector
