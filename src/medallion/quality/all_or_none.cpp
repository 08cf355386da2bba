#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto columns = TRY(identifiers(*rule.all_or_none, context));
    if (columns.size() < 2) return fail("CFG103", "all_or_none: needs two columns or more");
    return count_of_values(columns) + sql::Fragment::of(" IN (0, ") +
           context.dialect.integer(static_cast<std::int64_t>(columns.size())) +
           sql::Fragment::of(")");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    return names_of(*rule.all_or_none);
}

}  // namespace

extern const RuleKind all_or_none_rule;
const RuleKind all_or_none_rule{"all_or_none", "All of the columns have a value, or none has.",
    [](const RuleSpec& r) { return r.all_or_none.has_value(); }, passes, false, false, looks_at};

}  // namespace ingot::quality
