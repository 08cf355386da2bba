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

// More than this is a failure, whatever on_fail says; either may be left out.
struct Tolerance {
    std::optional<std::int64_t> rows;
    std::optional<double> percent;
    bool is_set() const { return rows || percent; }
};

constexpr auto describe(config::Of<Tolerance>) {
    using config::field;
    return config::record("tolerance",
        "How much is too much; the first limit that is passed counts.",
        field("rows", &Tolerance::rows, "More rows than this.").example("100"),
        field("percent", &Tolerance::percent, "A larger share of the rows that came, 0 to 100.")
            .example("5"));
}

// Intervals are half-open: one may begin where another ends. An end that is NULL is open.
struct NoOverlapSpec {
    config::Spanned<std::string> from;
    config::Spanned<std::string> to;
    std::vector<config::Spanned<std::string>> by;
};

constexpr auto describe(config::Of<NoOverlapSpec>) {
    using config::field;
    return config::record("no_overlap", "Intervals that must not overlap.",
        field("from", &NoOverlapSpec::from, "The column where an interval begins.").required(),
        field("to", &NoOverlapSpec::to, "The column where it ends; NULL: it is open.").required(),
        field("by", &NoOverlapSpec::by, "Rows with equal values here are compared; none: all."));
}

enum class Direction { up, strictly_up, down, strictly_down };
inline constexpr std::array direction_choices{config::Choice{"up", 0},
    config::Choice{"strictly_up", 1}, config::Choice{"down", 2},
    config::Choice{"strictly_down", 3}};
constexpr std::span<const config::Choice> choices(config::Of<Direction>) {
    return direction_choices;
}

struct MonotoneSpec {
    std::vector<config::Spanned<std::string>> order_by;
    std::vector<config::Spanned<std::string>> by;
    Direction direction = Direction::up;
};

constexpr auto describe(config::Of<MonotoneSpec>) {
    using config::field;
    return config::record("monotone", "A column that only grows, or only falls.",
        field("order_by", &MonotoneSpec::order_by, "The columns that say which row is later.")
            .required(),
        field(
            "by", &MonotoneSpec::by, "Rows with equal values here are one series; none: all rows."),
        field("direction", &MonotoneSpec::direction,
            "up and down let a value stay; strictly_up and strictly_down do not."));
}

struct NearSpec {
    config::Spanned<std::string> column;
    double days = 0;
};

constexpr auto describe(config::Of<NearSpec>) {
    using config::field;
    return config::record("near", "Another column, and how far away from it is still fine.",
        field("column", &NearSpec::column, "The other date or time.").required(),
        field("days", &NearSpec::days, "At most so many days before or after it.").required());
}

using RuleColumns = std::vector<config::Spanned<std::string>>;

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
    std::optional<RuleColumns> ordered;
    std::optional<NearSpec> near;
    bool not_future = false;
    std::optional<config::Spanned<std::string>> required_if;
    std::optional<RuleColumns> at_least_one;
    std::optional<RuleColumns> exactly_one;
    std::optional<RuleColumns> all_or_none;
    std::optional<NoOverlapSpec> no_overlap;
    std::optional<MonotoneSpec> monotone;
    bool null_ok = false;
    OnFail on_fail = OnFail::warn;
    Tolerance fail_above;
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
        field("ordered", &RuleSpec::ordered,
            "Columns whose values must not fall from the first to the last.")
            .example("[ordered, shipped, delivered]"),
        field("near", &RuleSpec::near, "At most so many days away from another column.")
            .example("{column: ordered, days: 30}"),
        field("not_future", &RuleSpec::not_future,
            "The date or time is not after the logical date that the row came with."),
        field("required_if", &RuleSpec::required_if,
            "A SQL condition: where it is true, the column must have a value.")
            .example("\"status = 'shipped'\""),
        field("at_least_one", &RuleSpec::at_least_one, "One of these columns or more has a value.")
            .example("[email, phone]"),
        field("exactly_one", &RuleSpec::exactly_one, "One of these columns has a value, no more.")
            .example("[person_id, company_id]"),
        field("all_or_none", &RuleSpec::all_or_none,
            "All of these columns have a value, or none has.")
            .example("[latitude, longitude]"),
        field("no_overlap", &RuleSpec::no_overlap, "Intervals of a slice do not overlap.")
            .example("{from: begins, to: ends, by: [room]}"),
        field("monotone", &RuleSpec::monotone, "The column does not fall (or rise) within a slice.")
            .example("{order_by: [read_at], by: [meter]}"),
        field("null_ok", &RuleSpec::null_ok, "NULL passes."),
        field("on_fail", &RuleSpec::on_fail,
            "What becomes of a row that fails: warn keeps and counts it, drop removes it, quarantine moves it aside, fail stops the run before anything is published."),
        field("fail_above", &RuleSpec::fail_above,
            "More failed rows than this fail the step, whatever on_fail says.")
            .example("{percent: 5}"),
        field("description", &RuleSpec::description, "For people.").descriptive());
}

}  // namespace ingot
