#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext&) {
    // The line break ends a comment that the author may have put at the end of the condition.
    return sql::Fragment::of("(") + sql::Fragment::authored(rule.where->value) +
           sql::Fragment::of("\n)");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext& context) {
    return mentioned_columns(rule.where->value, context.columns);
}
}  // namespace

extern const RuleKind where_rule;
const RuleKind where_rule{"where", "A SQL condition that good rows satisfy.",
    [](const RuleSpec& r) { return r.where.has_value(); }, passes, false, false, looks_at};

}  // namespace ingot::quality
