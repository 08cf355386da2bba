#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto columns = TRY(identifiers(*rule.at_least_one, context));
    if (columns.size() < 2) return fail("CFG103", "at_least_one: needs two columns or more");
    return count_of_values(columns) + sql::Fragment::of(" >= 1");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    return names_of(*rule.at_least_one);
}

}  // namespace

extern const RuleKind at_least_one_rule;
const RuleKind at_least_one_rule{"at_least_one", "One of the columns or more has a value.",
    [](const RuleSpec& r) { return r.at_least_one.has_value(); }, passes, false, false, looks_at};

}  // namespace ingot::quality
