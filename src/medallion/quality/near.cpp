#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

// Compared as times, so that half a day is half a day. Text that is no date fails as a row, not as a step.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto other = TRY(identifiers({rule.near->column}, context)).front();
    if (rule.near->days < 0) return fail("CFG102", "near: days is 0 or more");
    const auto seconds = static_cast<std::int64_t>(rule.near->days * 86400);
    return sql::Fragment::of("abs(epoch(TRY_CAST(") + column_of(rule, context) +
           sql::Fragment::of(" AS TIMESTAMP)) - epoch(TRY_CAST(") + other +
           sql::Fragment::of(" AS TIMESTAMP))) <= ") + context.dialect.integer(seconds);
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    return {rule.near->column.value};
}

}  // namespace

extern const RuleKind near_rule;
const RuleKind near_rule{"near", "The column is at most so many days away from another.",
    [](const RuleSpec& r) { return r.near.has_value(); }, passes, true, false, looks_at};

}  // namespace ingot::quality
