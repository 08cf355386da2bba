#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

// The clock of the run would make a rebuild judge otherwise than the run that it repeats.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    if (context.today.empty())
        return fail("CFG108", "not_future: rows of this dataset have no logical date");
    // Text that is no date fails as a row, not as a step.
    return sql::Fragment::of("TRY_CAST(") + column_of(rule, context) +
           sql::Fragment::of(" AS TIMESTAMP) < CAST(") + context.today +
           sql::Fragment::of(" AS TIMESTAMP) + INTERVAL 1 DAY");
}

std::vector<std::string> looks_at(const RuleSpec&, const RuleContext&) { return {}; }

}  // namespace

extern const RuleKind not_future_rule;
const RuleKind not_future_rule{"not_future",
    "The date or time is not after the logical date that the row came with.",
    [](const RuleSpec& r) { return r.not_future; }, passes, true, false, looks_at};

}  // namespace ingot::quality
