// All there is, folded by looks along one sorted table: a sort costs as much as all the rest.
#include "medallion/silver/folded_in_order.sql.h"
#include "medallion/silver/invariants_in_order.sql.h"
#include "medallion/silver/kept_in_order.sql.h"
#include "medallion/silver/kept_once.sql.h"
#include "medallion/silver/ordered.sql.h"
#include "medallion/silver/steps.h"

namespace ingot::silver {

namespace {

const auto before = Fragment::of("lag("), after = Fragment::of("lead(");

Fragment same_beside(const Terms& terms, const Fragment& look, const Names& names) {
    std::vector<Fragment> parts;
    for (const auto& name : names)
        parts.push_back(look + terms.column(name) +
                        Fragment::of(") OVER () IS NOT DISTINCT FROM ") + terms.column(name));
    return all_of(parts);
}

Fragment same_key(const Terms& terms) { return same_beside(terms, before, terms.shape.keys); }

// Keys, time, and what else decides between rows of one time.
Fragment order(const Terms& terms) {
    std::vector<Fragment> parts{terms.keys()};
    if (terms.shape.by_slice) parts.push_back(Fragment::of("_ingot_slice"));
    for (const auto* names : {&terms.shape.order_by, &terms.shape.tiebreak})
        for (const auto& name : *names)
            parts.push_back(terms.column(name) + Fragment::of(" NULLS FIRST"));
    return comma_separated(parts);
}

Fragment differs(const Terms& terms) {
    if (!terms.shape.collapses) return Fragment::of("true");
    std::vector<Fragment> parts;
    for (const auto& name : terms.shape.tracked)
        parts.push_back(terms.column(name) + Fragment::of(" IS DISTINCT FROM lag(") +
                        terms.column(name) + Fragment::of(") OVER ()"));
    return any_of(parts);
}

// (a, b) < the same of the row before.
Fragment comes_before(const Terms& terms) {
    std::vector<Fragment> keys_before;
    for (const auto& key : terms.shape.keys)
        keys_before.push_back(before + terms.column(key) + Fragment::of(") OVER ()"));
    // Nothing comes before the first row; to a comparison of rows a NULL would be the greatest.
    return keys_before.front() + Fragment::of(" IS NOT NULL AND row(") + terms.keys() +
           Fragment::of(") < row(") + comma_separated(keys_before) + Fragment::of(")");
}

}  // namespace

bool folds_in_order(const Terms& terms) {
    return terms.shape.history == History::scd2 && terms.shape.open_row_takes_one() &&
           !terms.shape.compares_loads();
}

Status fold_all_in_order(const Terms& terms, Statements& to) {
    const auto moment = terms.moment_names();
    const auto of_crowded = terms.dialect.same("o", "c", moment);
    const auto values = terms.dialect.columns(value_names(terms));
    const auto stored = stored_of_arrival(terms);
    TRY(number_arrivals(to));
    TRY(add_kept(to, "ordered.sql", embedded::medallion_silver_ordered_sql,
        {{"values", values}, {"order", order(terms)}, {"moment", terms.moment()},
            {"same_moment", same_beside(terms, before, moment)}}));
    TRY(add(to, "kept_in_order.sql", embedded::medallion_silver_kept_in_order_sql,
        {{"stored", stored}, {"with_origin", join_arrivals()}}));
    TRY(add_kept(to, "kept_once.sql", embedded::medallion_silver_kept_once_sql,
        {{"stored", stored}, {"values", values}, {"of_crowded", of_crowded},
            {"with_origin", join_arrivals()}}));
    to.back().only_if = if_crowded();
    return add_kept(to, "folded_in_order.sql", embedded::medallion_silver_folded_in_order_sql,
        {{"time", terms.time()}, {"same_key", same_key(terms)},
            {"next_is_same_key", same_beside(terms, after, terms.shape.keys)},
            {"differs", differs(terms)}, {"published", TRY(published_of_fold(terms))}});
}

Result<Fragment> invariants_in_order(const Terms& terms) {
    const auto& shape = terms.shape;
    return sql::fill(embedded::medallion_silver_invariants_in_order_sql,
        {{"keys", terms.keys()}, {"from", terms.column(shape.valid_from)},
            {"to", terms.column(shape.valid_to)}, {"is_open", terms.column(shape.is_current)},
            {"is_endless", terms.is_null({}, shape.valid_to)}, {"same_key", same_key(terms)},
            {"comes_before", comes_before(terms)}});
}

Fragment none_crowded() { return Fragment::of("SELECT 1 WHERE NOT EXISTS (FROM _ingot_crowded)"); }

}  // namespace ingot::silver
