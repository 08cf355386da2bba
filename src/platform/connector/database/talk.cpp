#include "platform/connector/database/talk.h"

#include <algorithm>
#include <array>

#include "base/suggest.h"
#include "data/columns.h"

namespace ingot::connector {

namespace {

bool holds(std::string_view text, std::string_view part) {
    return std::ranges::search(text, part, [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    }).begin() != text.end();
}

template <std::size_t N>
bool holds_one(std::string_view text, const std::array<std::string_view, N>& parts) {
    return std::ranges::any_of(parts, [&](auto part) { return holds(text, part); });
}

constexpr std::array<std::string_view, 8> refusals{"password authentication failed",
    "access denied for user", "login failed", "no password supplied", "no pg_hba.conf entry",
    "authentication failed", "28000(", "28p01("};
constexpr std::array<std::string_view, 12> unreachable{"could not connect", "connection refused",
    "connection to server", "could not translate host name", "can't connect", "unknown server host",
    "timeout expired", "unknown database", "unknown mysql server host", "lost connection", "08001(",
    "08s01("};
constexpr std::array<std::string_view, 2> no_driver{"can't open lib", "data source name not found"};
constexpr std::array<std::string_view, 10> missing{"does not exist", "doesn't exist",
    "no such table", "no such column", "unknown column", "invalid object name",
    "invalid column name", "42s02(", "42s22(", "unknown table"};

// Before the database's words the engine quotes what it sent.
std::string without_frame(std::string words, std::string_view sent) {
    for (const std::string_view frame :
        {"Failed to prepare MySQL query \"", "Failed to fetch result row for MySQL query \"",
            "Failed to prepare query \"", "Failed to execute query \"", "Failed to run query \""}) {
        const auto at = words.find(frame);
        if (at == std::string::npos || sent.empty()) continue;
        const auto behind = std::min(words.size(), at + frame.size() + sent.size() + 3);
        const auto reason = words.substr(behind);
        if (reason.find_first_not_of(" \n") != std::string::npos) return reason;
        return "it broke the statement off and gave no reason, as after a timeout";
    }
    for (const std::string_view frame : {"Unable to connect to Postgres at \"",
             "Failed to connect to MySQL database with parameters \"",
             "Failed to prepare COPY \""}) {
        const auto at = words.find(frame);
        const auto behind = at == std::string::npos ? at : words.rfind("\": ");
        if (behind != std::string::npos) return words.substr(behind + 3);
    }
    constexpr std::string_view odbc = "diagnostics: '";
    if (const auto at = words.find(odbc); at != std::string::npos)
        words = words.substr(at + odbc.size(), words.rfind('\'') - at - odbc.size());
    return words;
}

std::string on_one_line(const std::string& words) {
    std::string line;
    for (const char c : words) {
        const bool space = c == '\n' || c == '\t' || c == ' ';
        if (!space)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

}  // namespace

std::string words_of_database(const Error& error, std::string_view sent) {
    return on_one_line(without_frame(error.message, sent));
}

bool says_missing(const Error& error) {
    return error.code.id() == "EXT001" && holds_one(error.message, missing);
}

Error told_by_database(
    const Error& error, std::string_view sent, const Span& rows, const Span& connection) {
    if (error.code.id() == "RUN102" || error.code.id() == "ENG103") return error;
    const auto words = words_of_database(error, sent);
    if (holds_one(words, refusals))
        return {"AUTH001", "the database refuses the login: " + words, connection, true, 2};
    if (holds_one(words, no_driver))
        return {"EXT001",
            words +
                "; `odbcinst -q -d` lists the drivers that are installed here, `odbcinst -q -s` the data sources",
            connection};
    const bool is_connecting = error.message.find("to connect to") != std::string::npos;
    if (is_connecting || holds_one(words, unreachable))
        return {"EXT001",
            "the database cannot be reached: " + words +
                "; check where the connection points, and that the server runs and lets this machine in",
            connection, true};
    const bool is_named_twice = words.find("duplicate column name") != std::string::npos;
    return {"EXT001",
        "the database says: " + words +
            (is_named_twice ? "; give each column of the query a name of its own, by AS" : ""),
        rows};
}

Talk::~Talk() {
    for (auto it = closing_.rbegin(); it != closing_.rend(); ++it) (void)order_.ask(*it);
}

Result<Answer> Talk::ask(const std::string& statement, std::string_view sent) {
    auto answer = order_.ask(statement);
    if (!answer) return std::unexpected(told_by_database(answer.error(), sent, rows_, connection_));
    return answer;
}

void Talk::begin_again() {
    (void)order_.ask("ROLLBACK");
    (void)order_.ask("BEGIN TRANSACTION");
}

void Talk::close_with(std::string statement) { closing_.push_back(std::move(statement)); }

std::vector<std::string> Talk::hand_over() {
    std::ranges::reverse(closing_);
    return std::exchange(closing_, {});
}

Result<std::string> found_column(const std::string& option, const std::string& name,
    const std::vector<std::string>& there, const Span& where) {
    const auto it =
        std::ranges::find_if(there, [&](const auto& other) { return same_name(name, other); });
    if (it != there.end()) return *it;
    return fail("EXT001",
        option + ": the database has no column '" + name + "'" + did_you_mean(name, there), where);
}

Result<std::vector<std::string>> chosen_columns(
    const std::vector<std::string>& wanted, const std::vector<std::string>& there, Span where) {
    if (wanted.empty()) return there;
    std::vector<std::string> chosen;
    for (const auto& name : wanted)
        chosen.push_back(TRY(found_column("columns", name, there, where)));
    return chosen;
}

Result<std::string> cursor_column(const CursorSpec& cursor, const std::vector<std::string>& there) {
    return found_column("cursor", cursor.column.value, there, cursor.column.span);
}

std::vector<std::string> first_texts(const Answer& answer) {
    std::vector<std::string> texts;
    for (const auto& row : answer.rows) texts.push_back(row.at(0).value_or(""));
    return texts;
}

Error with_near_table(
    Error error, const std::string& table, const std::vector<std::string>& there) {
    error.message += did_you_mean(table, there);
    return error;
}

Error why_refused(Talk& talk, Error error, const RefusedRows& rows) {
    talk.begin_again();
    // Of the author's query the database speaks best when it sees nothing else.
    if (rows.table.query) {
        const auto bare = sql::Fragment::authored(rows.table.query->value);
        const auto again = talk.ask("DESCRIBE FROM " + rows.asked(bare).text(), bare.text());
        return again ? error : again.error();
    }
    if (!says_missing(error)) return error;
    std::vector<std::string> names;
    if (const auto tables = talk.ask("FROM " + rows.asked(rows.tables).text()))
        names = first_texts(*tables);
    const auto& table = rows.table.table ? *rows.table.table : rows.name;
    const auto dot = table.value.find('.');
    if (dot != std::string::npos && !rows.table.schema) {
        error.message += "; write schema: " + table.value.substr(0, dot) +
                         " and table: " + table.value.substr(dot + 1);
        return std::move(error).at(table.span);
    }
    return with_near_table(std::move(error).at(table.span), table.value, names);
}

}  // namespace ingot::connector
