#pragma once
// Comparisons as SQL: two values l and r of a pair become a level, a small number.
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "medallion/match/spec.h"
#include "sql/dialect.h"

namespace ingot::match {

using sql::Fragment;

// The levels of a comparison are numbered: 0 a value is missing, 1 equal, 2… within each bound, then what
// sounds alike, the last else.
struct Comparison {
    std::string name;
    const CompareSpec* spec = nullptr;
    std::string source;                // the expression that gives the value
    std::vector<double> at{};          // bounds, the nearest first
    std::optional<Comparing> sound{};  // tells one more level
    int levels() const { return static_cast<int>(at.size()) + (sound ? 3 : 2); }  // without 0
};

// CFG104 for bounds that do not fall (similarities) or rise (distances), and for shares that are not one for each level.
Result<std::vector<Comparison>> comparisons(const DedupeSpec& spec);

// What is compared, of one row.
Fragment compared_value(const Comparison& comparison);
// How near or far two values are that differ; empty where only equality counts.
Fragment nearness(const Comparison& comparison, const Fragment& left, const Fragment& right);
// What it sounds like; empty where the comparison does not ask.
Fragment sound(const Comparison& comparison);

// The columns of a pair: two values, the result of nearness, what the values sound like.
struct Pair {
    Fragment left, right, near, left_sound, right_sound;
};
Fragment level(const Comparison& comparison, const Pair& pair);
// How the levels are called in the table of pairs: "equal", "jaro_winkler >= 0.92", "else".
std::vector<std::string> level_names(const Comparison& comparison);

// A number as the engine reads it back to the last bit.
Fragment number(double value);

}  // namespace ingot::match
