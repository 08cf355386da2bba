#pragma once
// Talking to a database through the engine: what it answers, and its own words when it refuses.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/spec.h"

namespace ingot::connector {

class Talk {
public:
    // The places in the author's file that errors point at: of what is read, and of how it is reached.
    Talk(const FetchOrder& order, Span rows, Span connection)
        : order_(order), rows_(rows), connection_(connection) {}
    // When it ends before the rows were handed over, everything is closed again.
    ~Talk();
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;

    // EXT001 or AUTH001 with the database's words. `sent` is what the engine passed on to it, if anything.
    Result<Answer> ask(const std::string& statement, std::string_view sent = {});
    // A refusal ends the transaction: another one, to look for the reason.
    void begin_again();
    // Statements that undo what was opened, last opened first.
    void close_with(std::string statement);
    std::vector<std::string> hand_over();

private:
    const FetchOrder& order_;
    Span rows_, connection_;
    std::vector<std::string> closing_;
};

// The reason as the database put it, without the engine's frame around it, and the code that it deserves.
Error told_by_database(
    const Error& error, std::string_view sent, const Span& rows, const Span& connection);
// The reason alone.
std::string words_of_database(const Error& error, std::string_view sent);
// Whether these words are about a table or a column that is not there.
bool says_missing(const Error& error);

// The column as the source spells it; EXT001 with the nearest name, beginning with the author's option, when it is not there.
Result<std::string> found_column(const std::string& option, const std::string& name,
    const std::vector<std::string>& there, const Span& where);
// EXT001, unless all of `wanted` are there; names as the source spells them come back.
Result<std::vector<std::string>> chosen_columns(
    const std::vector<std::string>& wanted, const std::vector<std::string>& there, Span where);
// The cursor's column as the source spells it; EXT001 when it is not there.
Result<std::string> cursor_column(const CursorSpec& cursor, const std::vector<std::string>& there);

// The first column of an answer.
std::vector<std::string> first_texts(const Answer& answer);

// The error with the nearest of the tables that are there.
Error with_near_table(Error error, const std::string& table, const std::vector<std::string>& there);

// Rows that could not be described, and how to ask the same database for more.
struct RefusedRows {
    const DatabaseTable& table;
    const config::Spanned<std::string>& name;  // of the table, unless `table` names another
    std::function<sql::Fragment(const sql::Fragment& select)>
        asked;             // its SELECT as the engine's relation
    sql::Fragment tables;  // its SELECT of its tables' names
};
// The error in the database's best words: about the author's query alone, or with a table of a near name.
Error why_refused(Talk& talk, Error error, const RefusedRows& rows);

}  // namespace ingot::connector
