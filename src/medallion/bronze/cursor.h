#pragma once
// The statements of incremental loads: the greatest value of a cursor column, the bound to ask from, and which of the
// rows that came again have landed before. Values are compared by their type, and text by what all of it can be read
// as (numbers, moments, else text), so that 10 comes after 9.
#include <string>

#include "data/columns.h"
#include "sql/dialect.h"

namespace ingot::bronze {

enum class Nature { typed, number, moment, text };

// One row: how many values of a text column there are, can be numbers, can be moments.
sql::Fragment count_natures(const sql::Fragment& relation, const std::string& column);
Nature nature_of(std::int64_t values, std::int64_t numbers, std::int64_t moments);

// One row: the greatest value as text; NULL when there is none.
sql::Fragment greatest(const sql::Fragment& relation, const std::string& column, Nature nature);

// One row, one boolean: `a` is at or after `b`, both texts of values of `type`.
sql::Fragment is_at_or_after(
    const std::string& a, const std::string& b, const std::string& type, Nature nature);

// One row: the text of `value` less a number of microseconds, or less a number. NULL where that makes no sense.
sql::Fragment less_time(const std::string& value, const std::string& type, std::int64_t lag_us);
sql::Fragment less_number(
    const std::string& value, const std::string& type, const std::string& lag);

// Selects the `_ingot_row` of rows of `fresh` that stand in `landed`, each landed row making up for one. Both relations
// have these columns in the same types; `fresh` has _ingot_row too.
sql::Fragment landed_before(
    const sql::Fragment& fresh, const sql::Fragment& landed, const Columns& columns);

}  // namespace ingot::bronze
