// SQLite files. A column may hold values of any type there, whatever it was declared as, so what it really holds decides its
// type here. Everything is sent as text in which no digit is lost: the engine's scanner would round and cut.
#include <algorithm>

#include "config/bind.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/attached.h"
#include "platform/connector/database/server.h"
#include "platform/connector/database/source_query.h"
#include "platform/connector/database/talk.h"

namespace ingot::connector {

namespace {

using sql::Fragment;

struct SqliteConnection {
    std::string type;
    config::Spanned<std::string> path;
};

constexpr auto describe(config::Of<SqliteConnection>) {
    using config::field;
    return config::record("sqlite connection", "An SQLite database file, opened read-only.",
        field("type", &SqliteConnection::type, "sqlite."),
        field("path", &SqliteConnection::path, "The file, relative to the project.").required());
}

const SourceDialect dialect{.words = {.name = "sqlite"}};

// What the rows hold in one column.
struct There {
    std::string name;
    bool integers = false, reals = false, texts = false, blobs = false;
    bool long_integers = false;  // that a DOUBLE would round

    bool is_number() const { return (integers || reals) && !texts && !blobs; }
    std::string type() const {
        if (blobs) return integers || reals || texts ? "VARCHAR" : "BLOB";
        if (!is_number() || (reals && long_integers)) return "VARCHAR";
        return reals ? "DOUBLE" : "BIGINT";
    }
};

class SqliteSource final : public Source {
public:
    explicit SqliteSource(Settings settings) : settings_(std::move(settings)) {
        Diagnostics checked_before;
        connection_ = config::bind<SqliteConnection>(settings_.connection, checked_before);
        table_ = config::bind<DatabaseTable>(settings_.table, checked_before);
    }

    Result<Fetched> fetch(const FetchOrder& order) override {
        put_date(table_, order.date);
        Talk talk(order, table_.query ? table_.query->span : settings_.name.span,
            settings_.connection.span);
        Attached database(talk, settings_, table_, words());
        TRY(attach(talk, database));
        const auto names = names_of(TRY(database.columns()));
        std::vector<Fragment> conditions;
        if (table_.where) conditions.push_back(Fragment::authored(table_.where->value));
        if (order.since) conditions.push_back(TRY(since(database, *order.since, names)));
        const auto chosen = TRY(chosen_columns(settings_.columns, names, settings_.name.span));
        std::vector<Passing> columns;
        for (const auto& column : TRY(contents(database, chosen, conditions)))
            columns.push_back(passing(column));
        Relation relation;
        relation.select = database.select(columns, conditions);
        relation.finish = talk.hand_over();
        return Fetched{.rows = std::move(relation)};
    }

    Result<std::string> reach(const FetchOrder& order) override {
        Talk talk(order, settings_.name.span, settings_.connection.span);
        Attached database(talk, settings_, table_, words());
        TRY(attach(talk, database));
        const auto tables = TRY(database.ask(words().tables)).rows.size();
        return TRY(file_of(settings_, connection_.path)) + " with " + std::to_string(tables) +
               " tables and indexes";
    }

private:
    static AttachedWords words() {
        return {.dialect = dialect,
            .type = "sqlite_scanner",
            .function = "sqlite_query",
            .tables = Fragment::of("SELECT name FROM sqlite_master")};
    }

    Status attach(Talk& talk, Attached& database) const {
        const auto file = TRY(file_of(settings_, connection_.path));
        TRY(talk.ask("LOAD sqlite_scanner"));
        return database.attach(file);
    }

    static Fragment own(const std::string& name) { return dialect.column(name); }

    Result<std::vector<There>> contents(const Attached& database,
        const std::vector<std::string>& names, const std::vector<Fragment>& conditions) const {
        std::vector<Passing> questions;
        const auto ask = [&](Fragment what) {
            questions.push_back({"c" + std::to_string(questions.size()),
                Fragment::of("max(") + what + Fragment::of(")"), {}});
        };
        for (const auto& name : names) {
            const auto type = Fragment::of("typeof(") + own(name) + Fragment::of(")");
            ask(type + Fragment::of(" = 'integer'"));
            ask(type + Fragment::of(" = 'real'"));
            ask(type + Fragment::of(" = 'text'"));
            ask(type + Fragment::of(" = 'blob'"));
            ask(type + Fragment::of(" = 'integer' AND ") + own(name) +
                Fragment::of(" NOT BETWEEN -9007199254740992 AND 9007199254740992"));
        }
        const auto answer =
            TRY(database.ask(sent_select(dialect, questions, database.rows(), conditions)));
        std::vector<There> there;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto holds = [&](std::size_t what) {
                return answer.rows.at(0).at(i * 5 + what) == "1";
            };
            there.push_back({names[i], holds(0), holds(1), holds(2), holds(3), holds(4)});
        }
        return there;
    }

    Passing passing(const There& column) const {
        const auto& name = column.name;
        const auto read = sql::duckdb().identifier(name);
        const auto all_digits = Fragment::of("CASE typeof(") + own(name) +
                                Fragment::of(") WHEN 'real' THEN printf('%!.17g', ") + own(name) +
                                Fragment::of(") ELSE ") + own(name) + Fragment::of(" END");
        // hex() and quote() make text of NULL.
        const auto unless_null = [&](const Fragment& text) {
            return Fragment::of("CASE WHEN ") + own(name) + Fragment::of(" IS NOT NULL THEN ") +
                   text + Fragment::of(" END");
        };
        const auto bytes = Fragment::of("unhex(") + read + Fragment::of(")");
        if (settings_.declared(name) == "BLOB")
            return {name,
                unless_null(Fragment::of("hex(CAST(") + own(name) + Fragment::of(" AS BLOB))")),
                bytes};
        const auto type = column.type();
        if (type == "BLOB")
            return {name, unless_null(Fragment::of("hex(") + own(name) + Fragment::of(")")), bytes};
        // As SQLite writes it, so that X'61' and 'a' stay two.
        if (column.blobs)
            return {
                name, unless_null(Fragment::of("quote(") + own(name) + Fragment::of(")")), read};
        // The scanner lets bytes through that are no UTF-8; this stops at them.
        if (type == "VARCHAR" || settings_.is_declared_text(name))
            return {name, all_digits, Fragment::of("decode(encode(") + read + Fragment::of("))")};
        return {name, all_digits,
            Fragment::of("CAST(") + read +
                (type == "DOUBLE" ? Fragment::of(" AS DOUBLE)") : Fragment::of(" AS BIGINT)"))};
    }

    // A number beside numbers, text beside text: SQLite does not turn one into the other.
    Result<Fragment> since(
        const Attached& database, const Bound& bound, const std::vector<std::string>& names) const {
        const auto name = TRY(cursor_column(*settings_.cursor, names));
        const auto seen = TRY(contents(database, {name}, {}));
        const auto value =
            TRY(dialect.bound(bound, seen.front().is_number() ? "DOUBLE" : "VARCHAR"));
        return own(name) + Fragment::of(" >= ") + value;
    }

    Settings settings_;
    SqliteConnection connection_;
    DatabaseTable table_;
};

}  // namespace

extern const Kind sqlite_kind;
const Kind sqlite_kind{.name = "sqlite",
    .doc = "Tables and queries of an SQLite file.",
    .connection = options_of<SqliteConnection>(),
    .table = options_of<DatabaseTable>(),
    .check = &check_database_table,
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<SqliteSource>(std::move(settings));
    }};

}  // namespace ingot::connector
