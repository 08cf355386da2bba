#pragma once
// What an author writes to have values cleaned: under normalize: of a silver dataset, or in @normalize(...).
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot {

enum class NotUnderstood { keep, null };
inline constexpr std::array not_understood_choices{
    config::Choice{"keep", 0}, config::Choice{"null", 1}};
constexpr std::span<const config::Choice> choices(config::Of<NotUnderstood>) {
    return not_understood_choices;
}

// One step of cleaning. The members below `otherwise` belong to single normalizers, whose pages say which.
struct NormalizeStep {
    config::Spanned<std::string> what;
    std::vector<config::Spanned<std::string>> columns;
    std::optional<config::Spanned<std::string>> pattern;
    std::vector<std::string> types;
    std::optional<NotUnderstood> otherwise;

    std::string form;
    std::vector<std::string> formats;
    std::string decimal = ".";
    std::string region;
    std::string unit;
    std::optional<std::string> regex;
    std::string with;
    config::Named<std::string> values;
};

constexpr auto describe(config::Of<NormalizeStep>) {
    using config::field;
    return config::record("normalize.apply", "One step of cleaning.",
        field("do", &NormalizeStep::what, "The normalizer.").required().example("email"),
        field("columns", &NormalizeStep::columns, "The columns that it cleans."),
        field("pattern", &NormalizeStep::pattern,
            "Cleans the columns whose whole name matches this regular expression, without case."),
        field("types", &NormalizeStep::types, "Cleans the columns of these types."),
        field("otherwise", &NormalizeStep::otherwise,
            "What becomes of a value that is not understood: keep it, or null; where the type changes it is null."),
        field("form", &NormalizeStep::form, "case, unicode, country: which form to give."),
        field("formats", &NormalizeStep::formats, "date, timestamp: formats to try, in this order.")
            .example("[\"%d.%m.%Y\"]"),
        field("decimal", &NormalizeStep::decimal, "number, unit: the decimal sign, . or ,"),
        field("region", &NormalizeStep::region,
            "phone: the country of numbers that do not say theirs.")
            .example("DE"),
        field("unit", &NormalizeStep::unit, "unit: what to convert to.").example("kg"),
        field("regex", &NormalizeStep::regex, "replace: what to look for."),
        field("with", &NormalizeStep::with, "replace: what to put there; \\1 is the first group."),
        field("values", &NormalizeStep::values, "map: new values by old value."));
}

struct NormalizeSpec {
    bool trim = false;
    bool empty_as_null = false;
    std::optional<std::string> unicode;
    std::vector<config::Spanned<std::string>> upper;
    std::vector<config::Spanned<std::string>> lower;
    std::vector<config::Spanned<std::string>> columns;
    std::vector<NormalizeStep> apply;
};

constexpr auto describe(config::Of<NormalizeSpec>) {
    using config::field;
    return config::record("normalize", "Cleans values before keys and rules look at them.",
        field("trim", &NormalizeSpec::trim, "Removes white space at both ends."),
        field(
            "empty_as_null", &NormalizeSpec::empty_as_null, "Makes empty text NULL (after trim)."),
        field("unicode", &NormalizeSpec::unicode, "Unicode normal form: nfc."),
        field("upper", &NormalizeSpec::upper, "Columns to put in upper case."),
        field("lower", &NormalizeSpec::lower, "Columns to put in lower case."),
        field("columns", &NormalizeSpec::columns,
            "Limits trim, empty_as_null and unicode to these columns; default: every text column."),
        field("apply", &NormalizeSpec::apply, "More steps, in this order, after those above."));
}

}  // namespace ingot
