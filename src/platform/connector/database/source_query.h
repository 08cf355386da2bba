#pragma once
// The SELECT that is sent to a database. What the author wrote is wrapped as a subselect, never searched or cut: comments,
// ORDER BY, CTEs and set operations within it stay what they are.
#include <concepts>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/describe.h"
#include "data/columns.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/spec.h"
#include "sql/dialect.h"

namespace ingot::connector {

// How the SQL of a database differs where text is read over or written.
struct SourceDialect {
    sql::Dialect words{};
    bool backslashes = false;    // escape within '…'
    bool hash_comments = false;  // # to the end of the line
    bool dollar_quotes = false;  // $tag$ … $tag$

    sql::Fragment text(std::string_view value) const;
    // A column of the rows that are read.
    sql::Fragment column(const std::string& name) const;
    // A bound of the cursor beside a column of that type of the engine. EXT103 when a number is asked for and it is none.
    Result<sql::Fragment> bound(const Bound& bound, const std::string& column_type) const;
};

// Of columns of which a kind of database knows more than name and type.
template <std::derived_from<Column> T>
std::vector<std::string> names_of(const std::vector<T>& columns) {
    return ingot::names_of(Columns(columns.begin(), columns.end()));
}

// {date} and {date:%Y-%m} become the run's date; braces around anything else are the database's own.
std::string with_date(std::string_view sql, Date date);
void put_date(DatabaseTable& table, Date date);

// One SELECT without the semicolons and white space behind it. SQL102 when a second statement follows.
Result<std::string> one_select(
    const SourceDialect& dialect, const config::Spanned<std::string>& sql);

// What the rows are read from: `"schema"."table"` or the author's query in parentheses, named ingot_rows.
Result<sql::Fragment> rows_of(
    const SourceDialect& dialect, const DatabaseTable& table, const std::string& name);

// A column as the source's SELECT spells it, and as the engine then reads it.
struct Passing {
    std::string name;
    sql::Fragment sent;
    sql::Fragment read;
};

// SELECT sent AS name, … FROM rows WHERE (a) AND (b)
sql::Fragment sent_select(const SourceDialect& dialect, const std::vector<Passing>& columns,
    const sql::Fragment& rows, const std::vector<sql::Fragment>& conditions);
// read AS name, …
sql::Fragment read_list(const std::vector<Passing>& columns);

}  // namespace ingot::connector
