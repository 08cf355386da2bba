#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext&) {
    // The line break ends a comment that the author may have put at the end of the condition.
    return sql::Fragment::of("(") + sql::Fragment::authored(rule.where->value) +
           sql::Fragment::of("\n)");
}
}  // namespace

extern const RuleKind where_rule;
const RuleKind where_rule{"where", "A SQL condition that good rows satisfy.",
    [](const RuleSpec& r) { return r.where.has_value(); }, passes, false};

}  // namespace ingot::quality
