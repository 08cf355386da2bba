#include "medallion/silver/absent.sql.h"
#include "medallion/silver/all_absent.sql.h"
#include "medallion/silver/guard.sql.h"
#include "medallion/silver/guard_all.sql.h"
#include "medallion/silver/history.sql.h"
#include "medallion/silver/kept_of_all_loads.sql.h"
#include "medallion/silver/kept_of_all_rows.sql.h"
#include "medallion/silver/kept_of_load.sql.h"
#include "medallion/silver/kept_rows.sql.h"
#include "medallion/silver/seen_in_spell.sql.h"
#include "medallion/silver/seen_rows.sql.h"
#include "medallion/silver/steps.h"
#include "medallion/silver/ties.sql.h"
#include "medallion/silver/touched_by_load.sql.h"
#include "medallion/silver/touched_by_rows.sql.h"

namespace ingot::silver {

namespace {

// A row says that its key is in the load, even when a rule refuses it; a row that says deleted does not.
Fragment is_present(const Terms& terms) {
    std::vector<Fragment> parts;
    for (const auto& key : terms.shape.keys) parts.push_back(terms.column(key) + Fragment::of(" IS NOT NULL"));
    if (terms.shape.infers())
        parts.push_back(Fragment::of("_ingot_op = 1"));
    else
        parts.push_back(Fragment::of("_ingot_reason IS NULL AND ") + terms.counts());
    return all_of(parts);
}

// What is read of the open rows: all that is compared.
Fragment known(const Terms& terms) { return terms.dialect.columns(terms.shape.shown); }

Fragment either_key(const Terms& terms) {
    std::vector<Fragment> parts;
    for (const auto& key : terms.shape.keys)
        parts.push_back(Fragment::of("coalesce(") + terms.column(key, "n") + Fragment::of(", ") + terms.column(key, "p") +
                        Fragment::of(") AS ") + terms.column(key));
    return comma_separated(parts);
}

Status find_touched(const Terms& terms, Statements& to) {
    const auto& first_key = terms.shape.keys.front();
    const auto same_key = terms.dialect.equal("n", "p", terms.shape.keys);
    if (!terms.shape.infers())
        return add(to, "touched_by_rows.sql", embedded::medallion_silver_touched_by_rows_sql,
                   {{"new_keys", terms.keys("n")}, {"known", known(terms)}, {"is_open", terms.is_open()}, {"same_key", same_key},
                    {"unmatched", terms.is_null("p", first_key)}, {"differs", terms.differs_from_open()}});
    return add(to, "touched_by_load.sql", embedded::medallion_silver_touched_by_load_sql,
               {{"either_key", either_key(terms)}, {"absent", terms.is_null("n", first_key)}, {"is_present", is_present(terms)},
                {"known", known(terms)}, {"is_open", terms.is_open()}, {"same_key", same_key},
                {"unmatched", terms.is_null("p", first_key)}, {"differs", terms.differs_from_open()}, {"keys", terms.keys()}});
}

Status keep_rows(const Terms& terms, Statements& to) {
    if (terms.shape.infers())
        TRY(add(to, "seen_in_spell.sql", embedded::medallion_silver_seen_in_spell_sql, {{"keys", terms.keys()}}));
    else
        TRY(add(to, "seen_rows.sql", embedded::medallion_silver_seen_rows_sql, {}));
    return add(to, "kept_rows.sql", embedded::medallion_silver_kept_rows_sql,
               {{"stored", terms.stored()}, {"new_stored", terms.stored("n")},
                {"same_key", terms.dialect.equal("n", "t", terms.shape.keys)}, {"differs", terms.differs_in_arrival()},
                {"moment", terms.moment()}});
}

Status keep_of_load(const Terms& terms, Statements& to) {
    return add(to, "kept_of_load.sql", embedded::medallion_silver_kept_of_load_sql,
               {{"new_stored", terms.stored("n")}, {"same_touched_key", terms.dialect.equal("n", "t", terms.shape.keys)},
                {"keys", terms.keys("n")}, {"latest_first", terms.latest_first()}, {"known", known(terms)},
                {"is_open", terms.is_open()}, {"same_key", terms.dialect.equal("n", "p", terms.shape.keys)},
                {"unmatched", terms.is_null("p", terms.shape.keys.front())}, {"differs", terms.differs_from_open()}});
}

// Within a spell, loads by slice are compared with the load before; rows with a time of their own within their moment.
Fragment group_in_spell(const Terms& terms) {
    const auto spell = Fragment::of(", _ingot_spell");
    return terms.shape.by_slice ? terms.keys() + spell : terms.moment() + spell;
}

// Of loads by slice, one row per key and load: the last; one that a rule refuses only where there is no other.
Fragment settling(const Terms& terms) {
    if (!terms.shape.by_slice) return {};
    return Fragment::of("QUALIFY row_number() OVER (PARTITION BY ") + terms.keys() +
           Fragment::of(", _ingot_slice ORDER BY _ingot_counts DESC, ") + terms.latest_first() + Fragment::of(") = 1");
}

Fragment is_gap(const Terms& terms) {
    if (!terms.shape.infers()) return Fragment::of("false");
    return Fragment::of("_ingot_sighting_before <> _ingot_slice AND _ingot_sighting_before IS DISTINCT FROM _ingot_load_before");
}

Fragment fraction(const Terms& terms) { return Fragment::authored(std::to_string(terms.shape.max_delete_fraction)); }

}  // namespace

Status take_in(const Terms& terms, Statements& to) {
    TRY(find_touched(terms, to));
    TRY(add(to, "history.sql", embedded::medallion_silver_history_sql,
            {{"stored", terms.stored("s")}, {"same_key", terms.dialect.equal("s", "t", terms.shape.keys)}}));
    if (terms.shape.compares_loads() && terms.shape.by_slice)
        TRY(keep_of_load(terms, to));
    else
        TRY(keep_rows(terms, to));
    if (!terms.shape.infers()) return {};
    return add(to, "absent.sql", embedded::medallion_silver_absent_sql, {{"keys", terms.keys()}});
}

Status take_in_all(const Terms& terms, Statements& to) {
    if (!terms.shape.compares_loads())
        return add(to, "kept_of_all_rows.sql", embedded::medallion_silver_kept_of_all_rows_sql,
                   {{"stored", terms.stored()}, {"differs", terms.differs_in_arrival()}, {"moment", terms.moment()}});
    TRY(add(to, "kept_of_all_loads.sql", embedded::medallion_silver_kept_of_all_loads_sql,
            {{"stored", terms.stored()}, {"is_present", is_present(terms)}, {"settling", settling(terms)},
             {"keys", terms.keys()}, {"is_gap", is_gap(terms)}, {"differs", terms.differs_in_arrival()},
             {"moment", group_in_spell(terms)}}));
    if (!terms.shape.infers()) return {};
    return add(to, "all_absent.sql", embedded::medallion_silver_all_absent_sql, {{"keys", terms.keys()}});
}

Result<Fragment> guard(const Terms& terms) {
    if (!terms.shape.infers()) return Fragment{};
    return sql::fill(embedded::medallion_silver_guard_sql, {{"is_open", terms.is_open()}, {"fraction", fraction(terms)}});
}

Result<Fragment> guard_all(const Terms& terms) {
    if (!terms.shape.infers()) return Fragment{};
    return sql::fill(embedded::medallion_silver_guard_all_sql, {{"fraction", fraction(terms)}});
}

Result<Fragment> ties(const Terms& terms, const Fragment& observations) {
    Names stated = terms.shape.stored;
    stated.emplace_back("_ingot_op");
    const auto moment = terms.moment_names();
    for (const auto& name : moment)
        if (!has_name(stated, name)) stated.push_back(name);
    return sql::fill(embedded::medallion_silver_ties_sql,
                     {{"stated", terms.dialect.columns(stated, "o")}, {"observations", observations},
                      {"same_moment", terms.dialect.same("o", "k", moment)}, {"moment", terms.moment()}});
}

}  // namespace ingot::silver
