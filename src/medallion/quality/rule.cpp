#include "medallion/quality/rule.h"

#include <algorithm>

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

std::vector<std::string> names_of(const RuleColumns& columns) {
    std::vector<std::string> names;
    for (const auto& column : columns) names.push_back(column.value);
    return names;
}

Result<std::vector<sql::Fragment>> identifiers(
    const RuleColumns& columns, const RuleContext& context) {
    std::vector<sql::Fragment> out;
    for (const auto& column : columns) {
        if (!find_column(context.columns, column.value))
            return fail("PRJ106",
                "unknown column '" + column.value + "'" +
                    did_you_mean(column.value, ingot::names_of(context.columns)),
                column.span);
        out.push_back(context.dialect.identifier(column.value));
    }
    return out;
}

sql::Fragment count_of_values(const std::vector<sql::Fragment>& columns) {
    std::vector<sql::Fragment> flags;
    for (const auto& column : columns)
        flags.push_back(
            sql::Fragment::of("CAST(") + column + sql::Fragment::of(" IS NOT NULL AS INTEGER)"));
    return sql::Fragment::of("(") + sql::join(flags, sql::Fragment::of(" + ")) +
           sql::Fragment::of(")");
}

Result<sql::Fragment> partition(const RuleColumns& by, const RuleContext& context) {
    auto columns = TRY(identifiers(by, context));
    if (!context.within.empty()) columns.insert(columns.begin(), context.within);
    if (columns.empty()) return sql::Fragment{};
    return sql::Fragment::of("PARTITION BY ") + sql::join(columns, sql::Fragment::of(", "));
}

namespace {

// What a failed row shows: the value of the one column, or each column with its value.
sql::Fragment observed(const std::vector<std::string>& columns, const RuleContext& context) {
    const auto text = [&](const std::string& name) {
        return sql::Fragment::of("CAST(") + context.dialect.identifier(name) +
               sql::Fragment::of(" AS VARCHAR)");
    };
    if (columns.empty()) return sql::Fragment::of("NULL");
    if (columns.size() == 1) return text(columns.front());
    std::vector<sql::Fragment> parts;
    for (const auto& name : columns)
        parts.push_back(context.dialect.literal(name + " = ") + sql::Fragment::of(" || coalesce(") +
                        text(name) + sql::Fragment::of(", 'NULL')"));
    return sql::join(parts, sql::Fragment::of(" || ', ' || "));
}

// A NULL verdict is a failure unless the rule says null_ok.
sql::Fragment failing(
    const RuleSpec& rule, const sql::Fragment& passes, const RuleContext& context) {
    const auto verdict = sql::Fragment::of("((") + passes + sql::Fragment::of(") IS NOT TRUE)");
    if (!rule.null_ok) return verdict;
    if (!rule.column) return sql::Fragment::of("((") + passes + sql::Fragment::of(") IS FALSE)");
    return sql::Fragment::of("(") + column_of(rule, context) +
           sql::Fragment::of(" IS NOT NULL AND ") + verdict + sql::Fragment::of(")");
}

std::string known_checks() {
    std::string all;
    const auto kinds = rule_kinds();
    for (std::size_t i = 0; i < kinds.size(); ++i)
        all += (i == 0 ? "" : i + 1 == kinds.size() ? " or " : ", ") + std::string(kinds[i]->name);
    return all;
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
    if (!found) out.error("CFG103", "rule '" + name + "' has no check: " + known_checks(), where);
    return found;
}

bool column_is_known(
    const std::string& name, const RuleSpec& rule, const RuleContext& context, Diagnostics& out) {
    if (!rule.column || find_column(context.columns, rule.column->value)) return true;
    out.error("PRJ106",
        "rule '" + name + "': unknown column '" + rule.column->value + "'" +
            did_you_mean(rule.column->value, ingot::names_of(context.columns)),
        rule.column->span);
    return false;
}

// Two rows of one key are the same thing twice, unless the rule asks whether the key is there twice.
bool compares_last_rows(const RuleKind& kind, const RuleSpec& rule, const RuleContext& context) {
    if (!kind.meets_by || context.keys.empty() || context.says_last.empty()) return false;
    const auto by = kind.meets_by(rule);
    return std::ranges::any_of(
        context.keys, [&](const std::string& key) { return !has_name(by, key); });
}

Result<sql::Fragment> fails_if(
    const RuleKind& kind, const RuleSpec& rule, const RuleContext& context, bool of_last) {
    if (!of_last) return failing(rule, TRY(kind.passes(rule, context)), context);
    auto among_last = context;
    among_last.within = context.within.empty()
                            ? context.says_last
                            : context.within + sql::Fragment::of(", ") + context.says_last;
    return sql::Fragment::of("(") + context.says_last + sql::Fragment::of(" AND ") +
           failing(rule, TRY(kind.passes(rule, among_last)), context) + sql::Fragment::of(")");
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
        const bool of_last = compares_last_rows(*kind, rule, context);
        auto fails = fails_if(*kind, rule, context, of_last);
        if (!fails) {
            diagnostics.add(Error(fails.error()).at(spanned.span));
            continue;
        }
        CompiledRule out{.name = name,
            .on_fail = rule.on_fail,
            .fails = *std::move(fails),
            .observed = {},
            .looks_at_rows = kind->looks_at_rows,
            .looks_at_last = of_last,
            .fail_above = rule.fail_above,
            .where = spanned.span};
        auto shown = rule.column ? std::vector{rule.column->value} : std::vector<std::string>{};
        if (kind->looks_at)
            for (auto& column : kind->looks_at(rule, context))
                if (!has_name(shown, column)) shown.push_back(std::move(column));
        out.observed = observed(shown, context);
        compiled.push_back(std::move(out));
    }
    return compiled;
}

}  // namespace ingot::quality
