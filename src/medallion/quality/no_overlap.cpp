#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

// The interval that begins later fails, where an earlier one has not ended by then.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto& spec = *rule.no_overlap;
    const auto from = TRY(identifiers({spec.from}, context)).front();
    const auto to = TRY(identifiers({spec.to}, context)).front();
    auto order = from + sql::Fragment::of(", ") + to;
    if (!context.arrival.empty()) order = order + sql::Fragment::of(", ") + context.arrival;
    const auto window = sql::Fragment::of(" OVER (") + TRY(partition(spec.by, context)) +
                        sql::Fragment::of(" ORDER BY ") + order +
                        sql::Fragment::of(" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)");
    const auto earlier =
        sql::Fragment::of(" FILTER (WHERE ") + from + sql::Fragment::of(" IS NOT NULL)") + window;
    const auto open = sql::Fragment::of("coalesce(bool_or(") + to + sql::Fragment::of(" IS NULL)") +
                      earlier + sql::Fragment::of(", false)");
    const auto ended = sql::Fragment::of("coalesce(max(") + to + sql::Fragment::of(")") + earlier +
                       sql::Fragment::of(" <= ") + from + sql::Fragment::of(", true)");
    return sql::Fragment::of("CASE WHEN ") + from + sql::Fragment::of(" IS NULL THEN NULL WHEN ") +
           to + sql::Fragment::of(" <= ") + from + sql::Fragment::of(" THEN false ELSE NOT ") +
           open + sql::Fragment::of(" AND ") + ended + sql::Fragment::of(" END");
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    auto names = names_of(rule.no_overlap->by);
    names.push_back(rule.no_overlap->from.value);
    names.push_back(rule.no_overlap->to.value);
    return names;
}

}  // namespace

extern const RuleKind no_overlap_rule;
const RuleKind no_overlap_rule{"no_overlap", "Intervals of the rows of a slice do not overlap.",
    [](const RuleSpec& r) { return r.no_overlap.has_value(); }, passes, false, true, looks_at,
    [](const RuleSpec& r) { return names_of(r.no_overlap->by); }};

}  // namespace ingot::quality
