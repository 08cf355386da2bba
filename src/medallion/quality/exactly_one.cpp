#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto columns = TRY(identifiers(*rule.exactly_one, context));
    if (columns.size() < 2) return fail("CFG103", "exactly_one: needs two columns or more");
    return count_of_values(columns) + sql::Fragment::of(" = 1");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    return names_of(*rule.exactly_one);
}

}  // namespace

extern const RuleKind exactly_one_rule;
const RuleKind exactly_one_rule{"exactly_one", "One of the columns has a value, and no more.",
    [](const RuleSpec& r) { return r.exactly_one.has_value(); }, passes, false, false, looks_at};

}  // namespace ingot::quality
