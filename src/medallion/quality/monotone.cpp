#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

// Only the row at which the series turns fails, not all that follow it.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto& spec = *rule.monotone;
    if (spec.order_by.empty()) return fail("CFG103", "monotone: order_by names no column");
    auto order = TRY(identifiers(spec.order_by, context));
    if (!context.arrival.empty()) order.push_back(context.arrival);
    const bool up = spec.direction == Direction::up || spec.direction == Direction::strictly_up;
    const bool strict =
        spec.direction == Direction::strictly_up || spec.direction == Direction::strictly_down;
    const auto column = column_of(rule, context);
    const auto before = sql::Fragment::of("lag(") + column +
                        sql::Fragment::of(" IGNORE NULLS) OVER (") +
                        TRY(partition(spec.by, context)) + sql::Fragment::of(" ORDER BY ") +
                        sql::join(order, sql::Fragment::of(", ")) + sql::Fragment::of(")");
    const auto compare = up ? (strict ? sql::Fragment::of(" < ") : sql::Fragment::of(" <= "))
                            : (strict ? sql::Fragment::of(" > ") : sql::Fragment::of(" >= "));
    return sql::Fragment::of("CASE WHEN ") + column +
           sql::Fragment::of(" IS NULL THEN NULL ELSE coalesce(") + before + compare + column +
           sql::Fragment::of(", true) END");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    auto names = names_of(rule.monotone->by);
    for (const auto& column : rule.monotone->order_by) names.push_back(column.value);
    return names;
}

}  // namespace

extern const RuleKind monotone_rule;
const RuleKind monotone_rule{"monotone",
    "The column does not fall, or does not rise, from one row of a slice to the next.",
    [](const RuleSpec& r) { return r.monotone.has_value(); }, passes, true, true, looks_at};

}  // namespace ingot::quality
