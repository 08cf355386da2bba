#include "base/time.h"
#include "data/type_family.h"
#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {
// Whether it is sure that the engine takes the text for no value of the type; it knows more spellings than are known here.
bool is_none_of(const std::string& text, const std::string& type) {
    const bool has_digit = text.find_first_of("0123456789") != std::string::npos;
    if (is_moment_type(type)) {
        const bool looks_full = text.size() >= 10 && text[4] == '-' && text[7] == '-';
        return looks_full ? !parse_date(text.substr(0, 10))
                          : !has_digit && !text.ends_with("infinity") && text != "epoch";
    }
    return is_number_type(type) && !has_digit && !text.ends_with("inf") &&
           !text.ends_with("infinity");
}

// Limits are compared as the column's own type: '2024-01-01' bounds dates, 0 bounds numbers.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto column = column_of(rule, context);
    const auto* found = find_column(context.columns, rule.column->value);
    const auto type = TRY(context.dialect.type(found ? found->type : "VARCHAR"));
    for (const auto* text : {&rule.range->min, &rule.range->max})
        if (*text && found && is_none_of(**text, found->type))
            return fail("CFG104", "range: '" + **text + "' is no limit of column '" + found->name +
                                      "', which is " + found->type);
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
