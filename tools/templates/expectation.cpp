#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

bool uses(const RuleSpec&) { return false; }  // whether the author asked for $name: a member of RuleSpec

Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    return column_of(rule, context) + sql::Fragment::of(" IS NOT NULL");
}

}  // namespace

extern const RuleKind ${name}_rule;
const RuleKind ${name}_rule{"$name", "Say which rows pass, in one sentence.", uses, passes};

}  // namespace ingot::quality
