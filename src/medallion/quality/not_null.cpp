#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    return column_of(rule, context) + sql::Fragment::of(" IS NOT NULL");
}
}  // namespace

extern const RuleKind not_null_rule;
const RuleKind not_null_rule{
    "not_null", "The column has a value.", [](const RuleSpec& r) { return r.not_null; }, passes};

}  // namespace ingot::quality
