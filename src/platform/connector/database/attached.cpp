#include "platform/connector/database/attached.h"

#include <algorithm>

#include "platform/connector/database/ranges.h"
#include "platform/connector/database/server.h"

namespace ingot::connector {

using sql::Fragment;

Attached::Attached(
    Talk& talk, const Settings& settings, const DatabaseTable& table, AttachedWords words)
    : talk_(talk),
      settings_(settings),
      table_(table),
      words_(std::move(words)),
      name_(alias_of(settings)) {}

Status Attached::attach(const std::string& place, const std::string& more_options) {
    const auto& d = sql::duckdb();
    rows_ = TRY(rows_of(words_.dialect, table_, settings_.name.value));
    const auto alias = d.identifier(name_).text();
    TRY(talk_.ask("DETACH DATABASE IF EXISTS " + alias));
    TRY(talk_.ask("ATTACH " + d.literal(place).text() + " AS " + alias + " (TYPE " +
                  std::string(words_.type) + ", READ_ONLY" + more_options + ")"));
    talk_.close_with("DETACH DATABASE IF EXISTS " + alias);
    TRY(talk_.ask("BEGIN TRANSACTION"));
    talk_.close_with("ROLLBACK");
    return {};
}

std::string Attached::sent(const Fragment& select) const {
    constexpr std::string_view word = "SELECT ";
    const auto text = select.text();
    const bool takes_hint = !words_.hint.empty() && text.starts_with(word);
    return words_.ahead.text() +
           (takes_hint ? std::string(word) + words_.hint.text() + text.substr(word.size()) : text);
}

Fragment Attached::asked(const Fragment& select) const {
    const auto& d = sql::duckdb();
    return Fragment::authored(std::string(words_.function)) + Fragment::of("(") + d.literal(name_) +
           Fragment::of(", ") + d.literal(sent(select)) + Fragment::of(")");
}

Result<Answer> Attached::ask(const Fragment& select) const {
    return talk_.ask("FROM " + asked(select).text(), sent(select));
}

Result<Columns> Attached::described(const Fragment& select) const {
    const auto seen = TRY(talk_.ask("DESCRIBE FROM " + asked(select).text(), sent(select)));
    Columns columns;
    for (const auto& row : seen.rows)
        columns.push_back({row.at(0).value_or(""), row.at(1).value_or("")});
    return columns;
}

Result<Columns> Attached::columns() const {
    auto columns = described(Fragment::of("SELECT * FROM ") + rows_);
    if (!columns)
        return std::unexpected(why_refused(talk_, columns.error(),
            {table_, settings_.name, [this](const Fragment& select) { return asked(select); },
                words_.tables}));
    if (settings_.cursor) TRY(cursor_column(*settings_.cursor, names_of(*columns)));
    return columns;
}

Result<std::vector<Fragment>> Attached::ranges(const Partitioning& said, const Columns& there,
    Fragment (*as_text)(const Fragment&), const std::vector<Fragment>& conditions) const {
    const auto& column = *said.column;
    const auto name =
        TRY(found_column("partition_column", column.value, names_of(there), column.span));
    const auto type = std::ranges::find(there, name, &Column::name)->type;
    return ranges_of({.column = words_.dialect.column(name),
        .name = column,
        .type = type,
        .count = said.count->value,
        .ends =
            [&](const Fragment& least, const Fragment& greatest) {
                return ask(sent_select(words_.dialect,
                    {{"least", as_text(least), {}}, {"greatest", as_text(greatest), {}}}, rows_,
                    conditions));
            },
        .engine = [&](const auto& statement) { return ask_engine(statement); },
        .bound = [&](const Bound& value) { return words_.dialect.bound(value, type); }});
}

Fragment Attached::select(const std::vector<Passing>& columns,
    const std::vector<Fragment>& conditions, const Fragment& rows) const {
    return Fragment::of("SELECT ") + read_list(columns) + Fragment::of(" FROM ") +
           asked(sent_select(words_.dialect, columns, rows, conditions));
}

}  // namespace ingot::connector
