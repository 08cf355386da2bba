// SQLite files. A column may hold values of any type there, whatever it was declared as, so what it really holds decides its
// type here. Everything is sent as text in which no digit is lost: the engine's scanner would round and cut.
#include <algorithm>
#include <filesystem>

#include "config/bind.h"
#include "platform/connector/connector.h"
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
        Talk talk(order, table_.query ? table_.query->span : settings_.name.span,
            settings_.connection.span);
        TRY(attach(talk));
        const auto rows = TRY(rows_of(dialect, table_, settings_.name.value));
        const auto names = TRY(names_of(talk, rows));
        std::vector<Fragment> conditions;
        if (table_.where) conditions.push_back(Fragment::authored(table_.where->value));
        if (order.since) conditions.push_back(TRY(since(talk, *order.since, rows, names)));
        const auto chosen = TRY(chosen_columns(settings_.columns, names, settings_.name.span));
        std::vector<Passing> columns;
        for (const auto& column : TRY(contents(talk, chosen, rows, conditions)))
            columns.push_back(passing(column));
        Relation relation;
        relation.select = Fragment::of("SELECT ") + read_list(columns) + Fragment::of(" FROM ") +
                          asked(sent_select(dialect, columns, rows, conditions));
        relation.finish = talk.hand_over();
        return Fetched{.rows = std::move(relation)};
    }

private:
    Status attach(Talk& talk) {
        const auto path =
            (std::filesystem::path(settings_.root) / connection_.path.value).lexically_normal();
        if (!std::filesystem::exists(path))
            return fail("EXT102", path.string() + " does not exist", connection_.path.span);
        const auto& d = sql::duckdb();
        const auto alias = d.identifier(alias_of(settings_)).text();
        TRY(talk.ask("LOAD sqlite_scanner"));
        TRY(talk.ask("DETACH DATABASE IF EXISTS " + alias));
        TRY(talk.ask("ATTACH " + d.literal(path.string()).text() + " AS " + alias +
                     " (TYPE sqlite_scanner, READ_ONLY)"));
        talk.close_with("DETACH DATABASE IF EXISTS " + alias);
        TRY(talk.ask("BEGIN TRANSACTION"));
        talk.close_with("ROLLBACK");
        return {};
    }

    Fragment asked(const Fragment& select) const {
        const auto& d = sql::duckdb();
        return Fragment::of("sqlite_query(") + d.literal(alias_of(settings_)) + Fragment::of(", ") +
               d.literal(select.text()) + Fragment::of(")");
    }

    static Fragment own(const std::string& name) {
        return Fragment::of("ingot_rows.") + dialect.words.identifier(name);
    }

    Result<std::vector<std::string>> names_of(Talk& talk, const Fragment& rows) {
        const auto all = Fragment::of("SELECT * FROM ") + rows;
        const auto seen = talk.ask("DESCRIBE FROM " + asked(all).text(), all.text());
        if (!seen) return std::unexpected(explained(talk, seen.error()));
        if (settings_.cursor) TRY(cursor_column(*settings_.cursor, first_texts(*seen)));
        std::vector<std::string> names;
        for (const auto& row : seen->rows) names.push_back(row[0].value_or(""));
        return names;
    }

    Error explained(Talk& talk, Error error) const {
        return why_refused(talk, std::move(error),
            {table_, settings_.name, [this](const Fragment& select) { return asked(select); },
                Fragment::of("SELECT name FROM sqlite_master")});
    }

    Result<std::vector<There>> contents(Talk& talk, const std::vector<std::string>& names,
        const Fragment& rows, const std::vector<Fragment>& conditions) {
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
        const auto select = sent_select(dialect, questions, rows, conditions);
        const auto answer = TRY(talk.ask("FROM " + asked(select).text(), select.text()));
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
            return {
                name, Fragment::of("hex(CAST(") + own(name) + Fragment::of(" AS BLOB))"), bytes};
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
    Result<Fragment> since(Talk& talk, const Bound& bound, const Fragment& rows,
        const std::vector<std::string>& names) {
        const auto name = TRY(cursor_column(*settings_.cursor, names));
        const auto seen = TRY(contents(talk, {name}, rows, {}));
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
