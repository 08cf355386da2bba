// Where an open row takes one observation: of most touched keys one look at the two tells what becomes of them.
#include "medallion/silver/followed.sql.h"
#include "medallion/silver/followed_and_folded.sql.h"
#include "medallion/silver/steps.h"

namespace ingot::silver {

namespace {

constexpr std::string_view past = "_ingot_past";

Fragment same(
    const Terms& terms, std::string_view name, std::string_view row, const Fragment& open) {
    const auto relation = Fragment::of(" IS NOT DISTINCT FROM ");
    return terms.column(name, row) + relation +
           (has_name(terms.shape.shown, name) ? open : Fragment::of("NULL"));
}

// No version opens: nothing tracked is other than it was.
Fragment stays(const Terms& terms) {
    if (!terms.shape.collapses) return Fragment::of("false");
    std::vector<Fragment> parts;
    for (const auto& name : terms.shape.tracked)
        parts.push_back(same(terms, name, "t", terms.of_open(name, "t")));
    return all_of(parts);
}

Fragment is_shown(const Terms& terms) {
    std::vector<Fragment> parts;
    for (const auto& name : terms.shape.shown)
        parts.push_back(same(terms, name, {}, terms.column(name, past)));
    return all_of(parts);
}

}  // namespace

Status follow_open(const Terms& terms, Statements& to) {
    const auto& shape = terms.shape;
    const auto unless_of_many =
        shape.keeps_last_of_load()
            ? Fragment::of("WHERE NOT (") + TRY(reaches_back(terms)) + Fragment::of(")")
            : Fragment{};
    return add_kept(to, "followed.sql", embedded::medallion_silver_followed_sql,
        {{"new_values", terms.dialect.columns(shape.shown, "t")}, {"time", terms.time("t")},
            {"has_past", terms.of_open(shape.keys.front(), "t") + Fragment::of(" IS NOT NULL")},
            {"stays", stays(terms)}, {"is_shown", is_shown(terms)},
            {"unless_of_many", unless_of_many}, {"shown", terms.dialect.columns(shape.shown)},
            {"past", terms.dialect.columns(shape.shown, past)},
            {"valid_from", terms.column(shape.valid_from)},
            {"valid_to", terms.column(shape.valid_to)},
            {"is_current", terms.column(shape.is_current)}, {"endless", TRY(endless(terms))},
            {"published", terms.published()},
            {"was", terms.dialect.columns(identity(shape), past)}});
}

Status join_folded(const Terms& terms, Statements& to) {
    constexpr std::string_view was = "_ingot_was", is = "_ingot_is";
    const auto& first_key = terms.shape.keys.front();
    return add(to, "followed_and_folded.sql", embedded::medallion_silver_followed_and_folded_sql,
        {{"published", terms.published()},
            {"past", terms.dialect.columns(identity(terms.shape), past)},
            {"was", terms.dialect.columns(identity(terms.shape), was)},
            {"stood", terms.column(first_key, was) + Fragment::of(" IS NOT NULL")},
            {"is", terms.published(is)},
            {"stands", terms.column(first_key, is) + Fragment::of(" IS NOT NULL")}});
}

}  // namespace ingot::silver
