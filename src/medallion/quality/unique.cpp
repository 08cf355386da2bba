#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

std::vector<std::string> columns_of(const RuleSpec& rule) {
    std::vector<std::string> names;
    if (const auto* list = rule.unique->list())
        for (const auto& item : *list) names.push_back(item.raw);
    else if (rule.column)
        names.push_back(rule.column->value);
    return names;
}

bool asks(const RuleSpec& rule) {
    if (!rule.unique) return false;
    const auto* flag = std::get_if<bool>(&rule.unique->data);
    return !flag || *flag;
}

// The first row to arrive passes, later ones with the same values fail. NULLs are equal to nothing, so they pass.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto names = columns_of(rule);
    if (names.empty()) return fail("CFG103", "unique: needs column:, or a list of columns");
    for (const auto& name : names)
        if (!find_column(context.columns, name))
            return fail("PRJ106", "unknown column '" + name + "' in unique:");
    std::vector<sql::Fragment> nulls;
    for (const auto& name : names)
        nulls.push_back(context.dialect.identifier(name) + sql::Fragment::of(" IS NULL"));
    auto partition = context.dialect.columns(names);
    if (!context.within.empty()) partition = context.within + sql::Fragment::of(", ") + partition;
    auto window = sql::Fragment::of("row_number() OVER (PARTITION BY ") + partition;
    if (!context.arrival.empty())
        window = window + sql::Fragment::of(" ORDER BY ") + context.arrival;
    return sql::Fragment::of("(") + sql::join(nulls, sql::Fragment::of(" OR ")) +
           sql::Fragment::of(" OR ") + window + sql::Fragment::of(") = 1)");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    return columns_of(rule);
}

}  // namespace

extern const RuleKind unique_rule;
const RuleKind unique_rule{"unique",
    "No value, or combination of values, stands twice; the first to arrive passes.", asks, passes,
    false, true, looks_at, columns_of};

}  // namespace ingot::quality
