#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {
// Limits are compared as the column's own type: '2024-01-01' bounds dates, 0 bounds numbers.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto column = column_of(rule, context);
    const auto* found = find_column(context.columns, rule.column->value);
    const auto type = TRY(context.dialect.type(found ? found->type : "VARCHAR"));
    const auto limit = [&](const std::string& text) {
        return sql::Fragment::of("CAST(") + context.dialect.literal(text) +
               sql::Fragment::of(" AS ") + type + sql::Fragment::of(")");
    };
    std::vector<sql::Fragment> parts;
    if (rule.range->min)
        parts.push_back(column + sql::Fragment::of(" >= ") + limit(*rule.range->min));
    if (rule.range->max)
        parts.push_back(column + sql::Fragment::of(" <= ") + limit(*rule.range->max));
    if (parts.empty()) return fail("CFG103", "range: needs min, max or both");
    return sql::join(parts, sql::Fragment::of(" AND "));
}
}  // namespace

extern const RuleKind range_rule;
const RuleKind range_rule{"range", "The column lies between two limits, both included.",
    [](const RuleSpec& r) { return r.range.has_value(); }, passes};

}  // namespace ingot::quality
