#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {
// Found anywhere in the text; authors anchor with ^ and $.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    return sql::Fragment::of("regexp_matches(") + text_of(rule, context) + sql::Fragment::of(", ") +
           context.dialect.literal(rule.regex->value) + sql::Fragment::of(")");
}
}  // namespace

extern const RuleKind regex_rule;
const RuleKind regex_rule{"regex",
    "The text matches a regular expression (RE2 syntax; anchor it with ^ and $).",
    [](const RuleSpec& r) { return r.regex.has_value(); }, passes};

}  // namespace ingot::quality
