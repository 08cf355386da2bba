#include <charconv>

#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

Result<sql::Fragment> limit(const std::string& text, const RuleContext& context) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return fail("CFG102", "length: expected a whole number, not '" + text + "'");
    return context.dialect.integer(value);
}

Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto length =
        sql::Fragment::of("length(") + text_of(rule, context) + sql::Fragment::of(")");
    std::vector<sql::Fragment> parts;
    if (rule.length->min)
        parts.push_back(
            length + sql::Fragment::of(" >= ") + TRY(limit(*rule.length->min, context)));
    if (rule.length->max)
        parts.push_back(
            length + sql::Fragment::of(" <= ") + TRY(limit(*rule.length->max, context)));
    if (parts.empty()) return fail("CFG103", "length: needs min, max or both");
    return sql::join(parts, sql::Fragment::of(" AND "));
}

}  // namespace

extern const RuleKind length_rule;
const RuleKind length_rule{"length", "The text has a length between two limits, both included.",
    [](const RuleSpec& r) { return r.length.has_value(); }, passes};

}  // namespace ingot::quality
