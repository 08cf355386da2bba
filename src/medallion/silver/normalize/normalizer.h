#pragma once
// Ways to clean a value, as SQL. Each kind stands in a file of its own and in builtin.inc.
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "medallion/silver/normalize_spec.h"
#include "sql/dialect.h"

namespace ingot::silver {

using sql::Fragment;

// Of a value, as text: what it becomes, and of which type. NULL of what was not NULL: it was not understood.
struct Normalized {
    Fragment value;
    std::string type = "VARCHAR";
};

struct Normalizer {
    std::string_view name;
    std::string_view doc;
    Result<Normalized> (*clean)(const NormalizeStep& step, const Fragment& text);
    bool may_not_understand = false;  // then `otherwise` says what becomes of the value
};

std::span<const Normalizer* const> normalizers();

// CFG104, with the nearest name, for one that there is not.
Result<const Normalizer*> find_normalizer(const NormalizeStep& step);

// CFG108 for an option that this normalizer has no use for, which would be left out in silence.
Status has_use_for_all(const NormalizeStep& step);
// CFG104 for a format of dates that has no letters, or letters that mean nothing.
Status formats_are_known(const NormalizeStep& step);

// A text without white space at its ends, those of other scripts among it.
Fragment trimmed(const Fragment& text);
// The day or moment that a text says in the first of the formats that fits, in UTC; NULL where none does.
Fragment read_moment(const Fragment& text, const std::vector<std::string>& formats);
// CASE over words without case, accents and blanks at the ends; NULL for any other.
using Words = std::span<const std::pair<std::string_view, std::string_view>>;
Fragment looked_up(const Fragment& text, Words words);

}  // namespace ingot::silver
