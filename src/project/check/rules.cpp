#include <algorithm>
#include <charconv>

#include "base/suggest.h"
#include "base/time.h"
#include "medallion/quality/rule.h"
#include "project/check/checks.h"

namespace ingot::project {

namespace {

const std::vector<std::string>& formats() {
    static const std::vector<std::string> names{"email", "phone", "url", "uuid", "date",
        "timestamp", "time", "ipv4", "ipv6", "number", "integer", "boolean", "json"};
    return names;
}

bool is_list_unique(const RuleSpec& rule) { return rule.unique && rule.unique->list(); }

std::vector<const quality::RuleKind*> checks_of(const RuleSpec& rule) {
    std::vector<const quality::RuleKind*> checks;
    for (const auto* kind : quality::rule_kinds())
        if (kind->uses(rule)) checks.push_back(kind);
    return checks;
}

std::string all_checks() {
    std::string all;
    for (const auto* kind : quality::rule_kinds())
        all += (all.empty() ? "" : ", ") + std::string(kind->name);
    return all;
}

// A list form of unique names its columns itself, like the kinds that never take column:.
void check_column(const std::string& rule_name, const quality::RuleKind& kind, const RuleSpec& rule,
    const Span& where, Diagnostics& diagnostics) {
    const bool needs = kind.needs_column || (rule.unique && !is_list_unique(rule));
    if (needs && !rule.column)
        diagnostics.error("CFG103", "missing option 'column' in rule '" + rule_name + "'", where);
    if (!needs && rule.column)
        diagnostics.error("CFG108",
            "rule '" + rule_name + "' has column: and " + std::string(kind.name) +
                ", which names its columns itself; leave column: out",
            where);
}

void check_shape(const std::string& rule_name, const RuleSpec& rule, const Span& where,
    Diagnostics& diagnostics) {
    const auto say = [&](const std::string& what) {
        diagnostics.error("CFG108", "rule '" + rule_name + "' " + what, where);
    };
    const auto checks = checks_of(rule);
    if (rule.where && (rule.column || checks.size() > 1))
        return say("has where: and also a column or another check; make it two rules");
    if (checks.empty())
        return diagnostics.error("CFG103",
            "rule '" + rule_name + "' checks nothing: give it one of " + all_checks(), where);
    if (checks.size() > 1) return say("has several checks; make each a rule of its own");
    check_column(rule_name, *checks.front(), rule, where, diagnostics);
    if (rule.not_null && rule.null_ok) say("has not_null and null_ok");
    check_tolerance(rule.fail_above, "rule '" + rule_name + "'", where, diagnostics);
}

void check_unique(const RuleSpec& rule, Diagnostics& diagnostics) {
    if (!rule.unique || std::holds_alternative<bool>(rule.unique->data)) return;
    const auto* names = rule.unique->list();
    bool sound = names && !names->empty();
    for (std::size_t i = 0; sound && i < names->size(); ++i)
        sound = !(*names)[i].list() && !(*names)[i].map() && !(*names)[i].is_null();
    if (!sound)
        diagnostics.error("CFG102", "unique is true, or a list of columns", rule.unique->span);
}

// Bounds that leave nothing between them; of dates and numbers, the only ones that are known before the column is.
void check_order(const std::string& rule_name, const std::optional<std::string>& min,
    const std::optional<std::string>& max, const Span& where, Diagnostics& diagnostics) {
    if (!min || !max) return;
    const auto number = [](const std::string& text) -> std::optional<double> {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        return value;
    };
    const auto low = number(*min), high = number(*max);
    const bool are_dates = parse_date(min->substr(0, 10)) && parse_date(max->substr(0, 10));
    if ((low && high && *low > *high) || (are_dates && *min > *max))
        diagnostics.error("CFG104",
            "rule '" + rule_name + "': min " + *min + " is greater than max " + *max +
                ", so that no row could pass",
            where);
}

void check_bounds(const std::string& rule_name, const RuleSpec& rule, const Span& where,
    Diagnostics& diagnostics) {
    if ((rule.range && !rule.range->min && !rule.range->max) ||
        (rule.length && !rule.length->min && !rule.length->max))
        diagnostics.error("CFG103", "rule '" + rule_name + "' needs min, max or both", where);
    if (rule.range) check_order(rule_name, rule.range->min, rule.range->max, where, diagnostics);
    if (!rule.length) return;
    check_order(rule_name, rule.length->min, rule.length->max, where, diagnostics);
    for (const auto* bound : {&rule.length->min, &rule.length->max})
        if (*bound &&
            ((*bound)->empty() || (*bound)->find_first_not_of("0123456789") != std::string::npos))
            diagnostics.error(
                "CFG102", "expected a whole number for length, not '" + **bound + "'", where);
}

}  // namespace

void check_tolerance(const Tolerance& tolerance, const std::string& owner, const Span& where,
    Diagnostics& diagnostics) {
    const auto& [rows, percent] = tolerance;
    if ((rows && *rows < 0) || (percent && (*percent < 0 || *percent > 100)))
        diagnostics.error("CFG102",
            "fail_above of " + owner + " takes rows from 0 on and percent from 0 to 100", where);
}

void check_rules(const Rules& rules, Diagnostics& diagnostics) {
    for (const auto& [name, rule] : rules) {
        check_shape(name, rule.value, rule.span, diagnostics);
        check_unique(rule.value, diagnostics);
        check_bounds(name, rule.value, rule.span, diagnostics);
        if (rule.value.accepted && rule.value.accepted->empty())
            diagnostics.error("CFG103", "rule '" + name + "' accepts no value at all", rule.span);
        if (!rule.value.is) continue;
        const auto& format = *rule.value.is;
        if (std::ranges::find(formats(), format.value) != formats().end()) continue;
        std::string all;
        for (const auto& each : formats()) all += (all.empty() ? "" : ", ") + each;
        diagnostics.error("CFG104",
            "'" + format.value + "' is not one of " + all + did_you_mean(format.value, formats()),
            format.span);
    }
}

}  // namespace ingot::project
