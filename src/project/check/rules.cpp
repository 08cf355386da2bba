#include <algorithm>

#include "base/suggest.h"
#include "project/check/checks.h"

namespace ingot::project {

namespace {

const std::vector<std::string>& formats() {
    static const std::vector<std::string> names{"email", "phone", "url", "uuid", "date",
        "timestamp", "time", "ipv4", "ipv6", "number", "integer", "boolean", "json"};
    return names;
}

bool is_list_unique(const RuleSpec& rule) { return rule.unique && rule.unique->list(); }

int count_checks(const RuleSpec& rule) {
    return rule.not_null + rule.unique.has_value() + rule.accepted.has_value() +
           rule.range.has_value() + rule.length.has_value() + rule.regex.has_value() +
           rule.is.has_value();
}

void check_shape(const std::string& rule_name, const RuleSpec& rule, const Span& where,
    Diagnostics& diagnostics) {
    const auto say = [&](const std::string& what) {
        diagnostics.error("CFG108", "rule '" + rule_name + "' " + what, where);
    };
    const auto checks = count_checks(rule);
    if (rule.where) {
        if (rule.column || checks > 0)
            say("has where: and also a column or another check; make it two rules");
        return;
    }
    if (checks == 0)
        return diagnostics.error("CFG103",
            "rule '" + rule_name +
                "' checks nothing: give it where:, or column: and one of "
                "not_null, unique, accepted, range, length, regex, is",
            where);
    if (checks > 1) return say("has several checks; make each a rule of its own");
    if (is_list_unique(rule) && rule.column)
        say("has column: and a list of unique columns; one is enough");
    if (!is_list_unique(rule) && !rule.column)
        diagnostics.error("CFG103", "missing option 'column' in rule '" + rule_name + "'", where);
    if (rule.not_null && rule.null_ok) say("has not_null and null_ok");
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

void check_bounds(const std::string& rule_name, const RuleSpec& rule, const Span& where,
    Diagnostics& diagnostics) {
    if ((rule.range && !rule.range->min && !rule.range->max) ||
        (rule.length && !rule.length->min && !rule.length->max))
        diagnostics.error("CFG103", "rule '" + rule_name + "' needs min, max or both", where);
    if (!rule.length) return;
    for (const auto* bound : {&rule.length->min, &rule.length->max})
        if (*bound &&
            ((*bound)->empty() || (*bound)->find_first_not_of("0123456789") != std::string::npos))
            diagnostics.error(
                "CFG102", "expected a whole number for length, not '" + **bound + "'", where);
}

}  // namespace

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
