#pragma once
// Rules about rows: what an author writes under expect: or in @expect(name: {...}).
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot {

enum class OnFail { warn, drop, quarantine, fail };

inline constexpr std::array on_fail_choices{config::Choice{"warn", 0}, config::Choice{"drop", 1},
    config::Choice{"quarantine", 2}, config::Choice{"fail", 3}};
constexpr std::span<const config::Choice> choices(config::Of<OnFail>) { return on_fail_choices; }

// Bounds are kept as written, so that dates and decimals compare as the column's own type.
struct Bounds {
    std::optional<std::string> min;
    std::optional<std::string> max;
};

constexpr auto describe(config::Of<Bounds>) {
    using config::field;
    return config::record("bounds", "Inclusive limits; either may be left out.",
        field("min", &Bounds::min, "Smallest value that passes."),
        field("max", &Bounds::max, "Largest value that passes."));
}

// `unique` is true/false about `column`, or a list of columns.
struct RuleSpec {
    std::optional<config::Spanned<std::string>> column;
    bool not_null = false;
    std::optional<config::Value> unique;
    std::optional<std::vector<config::Value>> accepted;
    std::optional<Bounds> range;
    std::optional<Bounds> length;
    std::optional<config::Spanned<std::string>> regex;
    std::optional<config::Spanned<std::string>> is;
    std::optional<config::Spanned<std::string>> where;
    bool null_ok = false;
    OnFail on_fail = OnFail::warn;
    std::optional<std::string> description;
};

constexpr auto describe(config::Of<RuleSpec>) {
    using config::field;
    return config::record("rule",
        "One expectation: a column and one check, or a where: condition that good rows satisfy.",
        field("column", &RuleSpec::column, "The column that the check is about."),
        field("not_null", &RuleSpec::not_null, "NULL fails."),
        field("unique", &RuleSpec::unique,
            "true: no value of the column stands twice; a list: no combination of these columns."),
        field("accepted", &RuleSpec::accepted, "The only values that pass.")
            .example("[open, closed]"),
        field("range", &RuleSpec::range, "Smallest and largest value that pass.")
            .example("{min: 0}"),
        field("length", &RuleSpec::length, "Smallest and largest length of the text that pass."),
        field("regex", &RuleSpec::regex,
            "A regular expression (RE2) that must be found in the text; anchor it with ^ and $."),
        field("is", &RuleSpec::is,
            "A named format: email, phone, url, uuid, date, timestamp, time, ipv4, ipv6, number, integer, boolean, json.")
            .also("is_"),
        field("where", &RuleSpec::where,
            "A SQL condition that good rows satisfy; NULL does not satisfy it.")
            .example("\"age >= 18\""),
        field("null_ok", &RuleSpec::null_ok, "NULL passes."),
        field("on_fail", &RuleSpec::on_fail,
            "What becomes of a row that fails: warn keeps and counts it, drop removes it, quarantine moves it aside, fail stops the run before anything is published."),
        field("description", &RuleSpec::description, "For people.").descriptive());
}

}  // namespace ingot
