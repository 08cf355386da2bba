#pragma once
// Values cast to a type that an author names.
#include <string>

#include "base/result.h"
#include "data/columns.h"
#include "sql/dialect.h"

namespace ingot::silver {

// Whether text or a number has a fraction and the type has none: the engine would round it, and two keys could become one.
Result<sql::Fragment> loses_fraction(const sql::Fragment& value, const std::string& type);

// A value of type `from` in another type; NULL where it does not fit.
Result<sql::Fragment> fitted(
    const sql::Fragment& value, const std::string& from, const std::string& type);

}  // namespace ingot::silver
