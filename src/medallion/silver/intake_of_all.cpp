// Taking in everything there is, from nothing.
#include "medallion/silver/all_absent.sql.h"
#include "medallion/silver/arrivals.sql.h"
#include "medallion/silver/guard_all.sql.h"
#include "medallion/silver/kept_in_spells.sql.h"
#include "medallion/silver/kept_of_all_loads.sql.h"
#include "medallion/silver/kept_of_all_rows.sql.h"
#include "medallion/silver/presence.sql.h"
#include "medallion/silver/spells.sql.h"
#include "medallion/silver/steps.h"

namespace ingot::silver {

Names value_names(const Terms& terms) {
    Names names = terms.shape.stored;
    names.emplace_back("_ingot_op");
    if (terms.shape.by_slice && !has_name(names, "_ingot_slice"))
        names.emplace_back("_ingot_slice");
    return names;
}

Fragment stored_of_arrival(const Terms& terms) {
    const auto values = value_names(terms);
    std::vector<Fragment> parts;
    for (const auto& name : terms.stored_names()) {
        if (has_name(values, name))
            parts.push_back(terms.column(name, "o"));
        else if (name == "_ingot_row")
            parts.push_back(
                Fragment::of("o._ingot_arrival - (a._ingot_number << 40) AS _ingot_row"));
        else
            parts.push_back(terms.column(name, "a"));
    }
    return comma_separated(parts);
}

Fragment join_arrivals() {
    return Fragment::of("JOIN _ingot_arrivals AS a ON o._ingot_arrival >> 40 = a._ingot_number");
}

Status number_arrivals(Statements& to) {
    return add_kept(to, "arrivals.sql", embedded::medallion_silver_arrivals_sql, {});
}

namespace {

Fragment differs_from_load_before(const Terms& terms) {
    if (!terms.shape.infers()) return terms.differs_in_arrival();
    return any_of(
        {Fragment::of("lag(_ingot_slice) OVER arrival IS DISTINCT FROM _ingot_load_before"),
            terms.differs_in_arrival()});
}

Status keep_in_spells(const Terms& terms, Statements& to) {
    const auto& keys = terms.shape.keys;
    TRY(number_arrivals(to));
    return add(to, "kept_in_spells.sql", embedded::medallion_silver_kept_in_spells_sql,
        {{"same_key", terms.dialect.equal("n", "s", keys)}, {"stored", stored_of_arrival(terms)},
            {"values", terms.dialect.columns(value_names(terms))}, {"with_origin", join_arrivals()},
            {"plain_stored", terms.stored()}, {"moment", terms.moment()},
            {"same_moment", terms.dialect.same("n", "k", terms.moment_names())},
            {"new_moment", terms.moment("n")},
            {"same_stored_key", terms.dialect.equal("l", "k", keys)}});
}

Status keep_of_all_loads(const Terms& terms, Statements& to) {
    return add(to, "kept_of_all_loads.sql", embedded::medallion_silver_kept_of_all_loads_sql,
        {{"new_stored", terms.stored("n")}, {"stored", terms.stored()},
            {"same_key", terms.dialect.equal("n", "c", terms.shape.keys)},
            {"new_keys", terms.keys("n")}, {"latest_first", terms.latest_first()},
            {"keys", terms.keys()}, {"differs", differs_from_load_before(terms)}});
}

}  // namespace

Status take_in_all(const Terms& terms, Statements& to) {
    const auto& shape = terms.shape;
    if (!shape.compares_loads()) {
        TRY(number_arrivals(to));
        TRY(add(to, "kept_of_all_rows.sql", embedded::medallion_silver_kept_of_all_rows_sql,
            {{"stored", stored_of_arrival(terms)},
                {"values", terms.dialect.columns(value_names(terms))},
                {"with_origin", join_arrivals()}}));
        return apply_all_truncates(terms, to);
    }
    TRY(add(to, "presence.sql", embedded::medallion_silver_presence_sql,
        {{"keys", terms.keys()}, {"is_present", is_present(terms)}}));
    if (shape.infers())
        TRY(add(to, "spells.sql", embedded::medallion_silver_spells_sql, {{"keys", terms.keys()}}));
    TRY(shape.by_slice ? keep_of_all_loads(terms, to) : keep_in_spells(terms, to));
    if (!shape.infers()) return {};
    return add(
        to, "all_absent.sql", embedded::medallion_silver_all_absent_sql, {{"keys", terms.keys()}});
}

Result<Fragment> guard_all(const Terms& terms) {
    if (!terms.shape.infers()) return Fragment{};
    return sql::fill(
        embedded::medallion_silver_guard_all_sql, {{"fraction", max_delete_fraction(terms)}});
}

}  // namespace ingot::silver
