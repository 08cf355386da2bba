#include "medallion/silver/clean.h"

#include <algorithm>
#include <regex>

#include "base/suggest.h"
#include "data/type_family.h"
#include "medallion/silver/fit.h"
#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

NormalizeStep step_of(std::string what, const std::vector<config::Spanned<std::string>>& columns,
    std::string form = {}) {
    NormalizeStep step;
    step.what.value = std::move(what);
    step.columns = columns;
    step.types = {"VARCHAR"};
    step.form = std::move(form);
    return step;
}

// The short words first: unicode before trim, trim before empty_as_null, so that blanks alone become NULL.
std::vector<NormalizeStep> all_steps(const NormalizeSpec& spec) {
    std::vector<NormalizeStep> steps;
    if (spec.unicode) steps.push_back(step_of("unicode", spec.columns));
    if (spec.trim) steps.push_back(step_of("trim", spec.columns));
    if (spec.empty_as_null) steps.push_back(step_of("empty_as_null", spec.columns));
    if (!spec.upper.empty()) steps.push_back(step_of("case", spec.upper, "upper"));
    if (!spec.lower.empty()) steps.push_back(step_of("case", spec.lower, "lower"));
    steps.insert(steps.end(), spec.apply.begin(), spec.apply.end());
    return steps;
}

Result<bool> matches(const std::string& name, const config::Spanned<std::string>& pattern) {
    try {
        return std::regex_match(
            name, std::regex(pattern.value, std::regex::ECMAScript | std::regex::icase));
    } catch (const std::regex_error& error) {
        return fail("CFG104",
            "normalize: '" + pattern.value + "' is no regular expression: " + error.what(),
            pattern.span);
    }
}

Status all_known(const NormalizeStep& step, const Columns& columns) {
    for (const auto& name : step.columns)
        if (!find_column(columns, name.value))
            return fail("PRJ106",
                "unknown column '" + name.value + "'" + did_you_mean(name.value, names_of(columns)),
                name.span);
    return {};
}

// A name without what stands in its brackets means all types of that name.
bool is_of_type(const Column& column, std::string_view type) {
    return column.type == type ||
           (!type.contains('(') && column.type.starts_with(std::string(type) + "("));
}

// Named columns of any type; those that a pattern finds, and all where nothing is said, only where they are text.
Result<bool> applies(const NormalizeStep& step, const Column& column) {
    if (!step.columns.empty() && std::ranges::none_of(step.columns, [&](const auto& name) {
            return same_name(name.value, column.name);
        }))
        return false;
    if (step.pattern && !TRY(matches(column.name, *step.pattern))) return false;
    if (!step.types.empty())
        return std::ranges::any_of(
            step.types, [&](const auto& type) { return is_of_type(column, type); });
    return !step.columns.empty() || column.type == "VARCHAR";
}

// What is a number or a time by its type has no spelling that could be read otherwise.
bool is_read_already(const Column& column, const std::string& type) {
    return (is_number_type(column.type) && is_number_type(type)) ||
           (is_moment_type(column.type) && is_moment_type(type));
}

struct Counted {
    std::vector<Fragment> changed, not_understood;
};

Result<Column> add_column(const NormalizeStep& step, const Normalizer& normalizer,
    const Column& column, std::vector<Fragment>& replaced, Counted& counted) {
    const auto name = sql::duckdb().identifier(column.name);
    const auto text = column.type == "VARCHAR"
                          ? name
                          : Fragment::of("CAST(") + name + Fragment::of(" AS VARCHAR)");
    auto found = normalizer.clean(step, text);
    if (!found) return std::unexpected(Error(found.error()).at(step.what.span));
    if (is_read_already(column, found->type))
        found->value = TRY(fitted(name, column.type, found->type));
    const bool is_text = found->type == "VARCHAR";
    const auto otherwise =
        step.otherwise.value_or(is_text ? NotUnderstood::keep : NotUnderstood::null);
    if (!is_text && otherwise == NotUnderstood::keep)
        return fail("CFG108",
            "otherwise: keep cannot keep text in a column that becomes " + found->type,
            step.what.span);
    const bool keeps = normalizer.may_not_understand && otherwise == NotUnderstood::keep;
    const auto value = keeps ? Fragment::of("coalesce(") + found->value + Fragment::of(", ") +
                                   text + Fragment::of(")")
                             : found->value;
    const auto shown =
        is_text ? value : Fragment::of("CAST(") + value + Fragment::of(" AS VARCHAR)");
    replaced.push_back(value + Fragment::of(" AS ") + name);
    counted.changed.push_back(Fragment::of("CAST(") + shown + Fragment::of(" IS DISTINCT FROM ") +
                              text + Fragment::of(" AS INTEGER)"));
    if (normalizer.may_not_understand)
        counted.not_understood.push_back(Fragment::of("CAST(") + text +
                                         Fragment::of(" IS NOT NULL AND (") + found->value +
                                         Fragment::of(") IS NULL AS INTEGER)"));
    return Column{column.name, found->type};
}

Fragment sum(const std::vector<Fragment>& counts) {
    return counts.empty() ? Fragment::of("0") : sql::join(counts, Fragment::of(" + "));
}

std::string name_of(const NormalizeStep& step, const std::vector<std::string>& columns) {
    std::string name = step.what.value + " of ";
    if (columns.size() > 3) return name + std::to_string(columns.size()) + " columns";
    for (std::size_t i = 0; i < columns.size(); ++i) name += (i ? ", " : "") + columns[i];
    return name;
}

std::string said(const NormalizeStep& step) {
    std::string what;
    if (step.pattern) what += " whose name matches '" + step.pattern->value + "'";
    for (std::size_t i = 0; i < step.types.size(); ++i)
        what += (i ? " or " : " of type ") + step.types[i];
    return what;
}

// Columns that the pattern would find, were they text.
std::string found_but_for_type(const NormalizeStep& step, const Columns& columns) {
    if (!step.pattern || !step.types.empty()) return {};
    for (const auto& column : columns)
        if (matches(column.name, *step.pattern).value_or(false))
            return "; '" + column.name + "' is " + column.type + ", which `types: [" + column.type +
                   "]` lets in";
    return {};
}

IdleStep idle(const NormalizeStep& step, const Columns& columns) {
    const bool is_any_type = !step.columns.empty() || !step.types.empty();
    return {"normalize: " + step.what.value + " cleans nothing: there is no " +
                (is_any_type ? "column" : "text column") +
                (step.columns.empty() ? "" : " of those named") + said(step) +
                found_but_for_type(step, columns),
        step.pattern ? step.pattern->span : step.what.span};
}

Status add_step(const NormalizeStep& step, Cleaning& cleaning) {
    const auto& normalizer = *TRY(find_normalizer(step));
    TRY(all_known(step, cleaning.columns));
    TRY(has_use_for_all(step));
    TRY(formats_are_known(step));
    std::vector<Fragment> replaced;
    std::vector<std::string> names;
    Counted counted;
    for (auto& column : cleaning.columns) {
        if (!TRY(applies(step, column))) continue;
        column = TRY(add_column(step, normalizer, column, replaced, counted));
        names.push_back(column.name);
    }
    if (names.empty()) {
        if (step.what.span.known() && (step.pattern || !step.types.empty()))
            cleaning.idle.push_back(idle(step, cleaning.columns));
        return {};
    }
    const auto number = std::to_string(cleaning.steps.size());
    const CleaningStep counts{
        name_of(step, names), "_ingot_changed_" + number, "_ingot_not_understood_" + number};
    const auto& d = sql::duckdb();
    cleaning.selects.push_back(
        Fragment::of("SELECT * REPLACE (") + sql::join(replaced, Fragment::of(", ")) +
        Fragment::of("), ") + sum(counted.changed) + Fragment::of(" AS ") +
        d.identifier(counts.changed) + Fragment::of(", ") + sum(counted.not_understood) +
        Fragment::of(" AS ") + d.identifier(counts.not_understood));
    cleaning.steps.push_back(counts);
    return {};
}

}  // namespace

sql::Fragment Cleaning::around(sql::Fragment select) const {
    for (const auto& each : selects)
        select = each + Fragment::of(" FROM (") + select + Fragment::of("\n)");
    return select;
}

Result<Cleaning> clean(const NormalizeSpec& spec, const Columns& model) {
    Cleaning cleaning{.columns = model, .steps = {}, .selects = {}, .idle = {}};
    for (const auto& step : all_steps(spec)) TRY(add_step(step, cleaning));
    return cleaning;
}

}  // namespace ingot::silver
