#include "medallion/quality/rule.h"

#include "base/suggest.h"

namespace ingot::quality {

#define RULE(id) extern const RuleKind id##_rule;
#include "medallion/quality/builtin.inc"
#undef RULE

std::span<const RuleKind* const> rule_kinds() {
    static const RuleKind* const all[] = {
#define RULE(id) &id##_rule,
#include "medallion/quality/builtin.inc"
#undef RULE
    };
    return all;
}

sql::Fragment column_of(const RuleSpec& rule, const RuleContext& context) {
    return context.dialect.identifier(rule.column->value);
}

sql::Fragment text_of(const RuleSpec& rule, const RuleContext& context) {
    return sql::Fragment::of("CAST(") + column_of(rule, context) +
           sql::Fragment::of(" AS VARCHAR)");
}

namespace {

// A NULL verdict is a failure unless the rule says null_ok.
sql::Fragment failing(
    const RuleSpec& rule, const sql::Fragment& passes, const RuleContext& context) {
    const auto verdict = sql::Fragment::of("((") + passes + sql::Fragment::of(") IS NOT TRUE)");
    if (!rule.null_ok) return verdict;
    if (!rule.column) return sql::Fragment::of("((") + passes + sql::Fragment::of(") IS FALSE)");
    return sql::Fragment::of("(") + column_of(rule, context) +
           sql::Fragment::of(" IS NOT NULL AND ") + verdict + sql::Fragment::of(")");
}

const RuleKind* kind_of(
    const std::string& name, const RuleSpec& rule, const Span& where, Diagnostics& out) {
    const RuleKind* found = nullptr;
    for (const auto* kind : rule_kinds()) {
        if (!kind->uses(rule)) continue;
        if (found) {
            out.error("CFG108",
                "rule '" + name + "' has two checks, " + std::string(found->name) + " and " +
                    std::string(kind->name) + "; make it two rules",
                where);
            return nullptr;
        }
        found = kind;
    }
    if (!found)
        out.error("CFG103",
            "rule '" + name +
                "' has no check: not_null, unique, accepted, range, length, regex, is or where",
            where);
    return found;
}

bool column_is_known(
    const std::string& name, const RuleSpec& rule, const RuleContext& context, Diagnostics& out) {
    if (!rule.column || find_column(context.columns, rule.column->value)) return true;
    out.error("PRJ106",
        "rule '" + name + "': unknown column '" + rule.column->value + "'" +
            did_you_mean(rule.column->value, names_of(context.columns)),
        rule.column->span);
    return false;
}

}  // namespace

std::vector<CompiledRule> compile(
    const Rules& rules, const RuleContext& context, Diagnostics& diagnostics) {
    std::vector<CompiledRule> compiled;
    for (const auto& [name, spanned] : rules) {
        const auto& rule = spanned.value;
        const auto* kind = kind_of(name, rule, spanned.span, diagnostics);
        if (!kind) continue;
        if (kind->needs_column && !rule.column) {
            diagnostics.error("CFG103",
                "rule '" + name + "': " + std::string(kind->name) + " needs column:", spanned.span);
            continue;
        }
        if (!column_is_known(name, rule, context, diagnostics)) continue;
        const auto passes = kind->passes(rule, context);
        if (!passes) {
            diagnostics.add(Error(passes.error()).at(spanned.span));
            continue;
        }
        CompiledRule out{.name = name,
            .on_fail = rule.on_fail,
            .fails = failing(rule, *passes, context),
            .observed = {},
            .is_unique = kind->name == "unique",
            .where = spanned.span};
        out.observed = rule.column ? text_of(rule, context) : sql::Fragment::of("NULL");
        compiled.push_back(std::move(out));
    }
    return compiled;
}

}  // namespace ingot::quality
