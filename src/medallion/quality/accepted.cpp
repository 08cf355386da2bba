#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {
// Values are compared as text, so that 1 and "1" mean the same value of a BIGINT column.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    std::vector<sql::Fragment> values;
    for (const auto& value : *rule.accepted) values.push_back(context.dialect.literal(value.raw));
    if (values.empty()) return fail("CFG103", "accepted: lists no value");
    return text_of(rule, context) + sql::Fragment::of(" IN (") +
           sql::join(values, sql::Fragment::of(", ")) + sql::Fragment::of(")");
}
}  // namespace

extern const RuleKind accepted_rule;
const RuleKind accepted_rule{"accepted", "The column has one of the listed values.",
    [](const RuleSpec& r) { return r.accepted.has_value(); }, passes};

}  // namespace ingot::quality
