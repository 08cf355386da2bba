#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

// A condition that is NULL does not hold, so nothing is required.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    return column_of(rule, context) + sql::Fragment::of(" IS NOT NULL OR ((") +
           sql::Fragment::authored(rule.required_if->value) + sql::Fragment::of("\n) IS NOT TRUE)");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext& context) {
    return mentioned_columns(rule.required_if->value, context.columns);
}

}  // namespace

extern const RuleKind required_if_rule;
const RuleKind required_if_rule{"required_if", "Where a condition is true, the column has a value.",
    [](const RuleSpec& r) { return r.required_if.has_value(); }, passes, true, false, looks_at};

}  // namespace ingot::quality
