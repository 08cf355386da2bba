#include "medallion/silver/guard.sql.h"
#include "medallion/silver/history.sql.h"
#include "medallion/silver/kept_crowded.sql.h"
#include "medallion/silver/kept_crowded_of_load.sql.h"
#include "medallion/silver/kept_of_load.sql.h"
#include "medallion/silver/kept_rows.sql.h"
#include "medallion/silver/kept_with_rows.sql.h"
#include "medallion/silver/load.sql.h"
#include "medallion/silver/seen_in_spell.sql.h"
#include "medallion/silver/seen_rows.sql.h"
#include "medallion/silver/steps.h"
#include "medallion/silver/ties.sql.h"
#include "medallion/silver/touched.sql.h"
#include "medallion/silver/touched_by_load.sql.h"
#include "medallion/silver/touched_by_rows.sql.h"
#include "medallion/silver/touched_with_rows.sql.h"

namespace ingot::silver {

namespace {

// An alias that is used as a whole row; were it the name of a column too, it would mean that one.
constexpr std::string_view open_row = "_ingot_p", new_row = "_ingot_n";

// Where one new row of a key is all that counts, or the last of a load, it travels along and is not looked for again.
bool touched_bring_rows(const Shape& shape) {
    return shape.keeps_last_of_load() || shape.open_row_takes_one();
}

Fragment either_key(const Terms& terms) {
    std::vector<Fragment> parts;
    for (const auto& key : terms.shape.keys)
        parts.push_back(Fragment::of("coalesce(") + terms.column(key, new_row) +
                        Fragment::of(", ") + terms.column(key, open_row) + Fragment::of(") AS ") +
                        terms.column(key));
    return comma_separated(parts);
}

// Later than all that was ever observed; false where that is not known.
Result<Fragment> is_after_all(const Terms& terms) {
    if (!terms.shape.open_row_takes_one()) return Fragment::of("false");
    return Fragment::of("coalesce(t._ingot_new_time > CAST(getvariable('ingot_latest') AS ") +
           TRY(terms.dialect.type(terms.shape.time_type)) + Fragment::of("), false)");
}

// The open row as an observation that came before all others.
Result<Fragment> seed(const Terms& terms) {
    std::vector<Fragment> parts;
    const auto give = [&](std::string_view name, const Fragment& value) {
        parts.push_back(value + Fragment::of(" AS ") + terms.column(name));
    };
    for (const auto& name : terms.shape.stored) {
        const auto type = TRY(terms.dialect.type(find_column(terms.shape.columns, name)->type));
        const bool is_shown = has_name(terms.shape.shown, name);
        give(name, is_shown ? terms.of_open(name, "t")
                            : Fragment::of("CAST(NULL AS ") + type + Fragment::of(")"));
    }
    const auto give_own = [&](std::string_view name, const Fragment& value) {
        if (!has_name(terms.shape.stored, name)) give(name, value);
    };
    give_own("_ingot_slice", Fragment::of("DATE '0001-01-01'"));
    give_own("_ingot_file", Fragment::of("''"));
    give_own("_ingot_row", Fragment::of("CAST(0 AS BIGINT)"));
    give_own("_ingot_op", Fragment::of("CAST(1 AS TINYINT)"));
    return comma_separated(parts);
}

Fragment seed_time(const Terms& terms) {
    const auto& shape = terms.shape;
    if (shape.history == History::scd2) return terms.of_open(shape.valid_from, "t");
    return shape.by_slice ? Fragment::of("DATE '0001-01-01'")
                          : terms.of_open(shape.order_by.front(), "t");
}

// The new rows are later than what the open row shows.
Fragment is_after_open(const Terms& terms) {
    const auto& shape = terms.shape;
    if (!shape.open_row_is_past_enough()) return Fragment::of("false");
    std::vector<Fragment> parts;
    const auto is_later = Fragment::of("t._ingot_new_time > ");
    if (!shape.by_slice) parts.push_back(is_later + terms.of_open(shape.order_by.front(), "t"));
    // A key that came back with an old order value has a version that starts later than that.
    if (!shape.by_slice && shape.infers() && shape.history == History::scd2)
        parts.push_back(is_later + terms.of_open(shape.valid_from, "t"));
    return Fragment::of("coalesce(") + all_of(parts) + Fragment::of(", false)");
}

// A key that the load lacks is itself an observation. `more` are columns of the touched key `t`.
Result<Fragment> and_absent(const Terms& terms, const Fragment& more = {}) {
    if (!terms.shape.infers()) return Fragment{};
    std::vector<Fragment> parts;
    for (const auto& name : terms.stored_names()) {
        Fragment value = Fragment::of("NULL");
        if (has_name(terms.shape.keys, name))
            value = terms.column(name, "t");
        else if (name == "_ingot_slice")
            value = Fragment::of("CAST(getvariable('ingot_load') AS DATE)");
        else if (name == "_ingot_file")
            value = Fragment::of("CAST('' AS VARCHAR)");
        else if (name == "_ingot_row")
            value = Fragment::of("CAST(0 AS BIGINT)");
        else if (name == "_ingot_op")
            value = Fragment::of("CAST(-1 AS TINYINT)");
        parts.push_back(value);
    }
    return Fragment::of("UNION ALL SELECT ") + comma_separated(parts) + more +
           Fragment::of(" FROM _ingot_touched AS t WHERE t._ingot_is_absent");
}

// Of the keys that `sought` names; the rows of `others` count too.
struct KeepOrder {
    Fragment sought, others, only_if{};
};

Status keep_rows_of(const Terms& terms, const KeepOrder& order, Statements& to) {
    const auto same_key = terms.dialect.equal("n", "t", terms.shape.keys);
    const auto same_moment = terms.dialect.same("n", "c", terms.moment_names());
    TRY(add_kept(to, "kept_rows.sql", embedded::medallion_silver_kept_rows_sql,
        {{"stored", terms.stored()}, {"new_stored", terms.stored("n")}, {"same_key", same_key},
            {"moment", terms.moment()}, {"same_moment", same_moment}, {"sought", order.sought},
            {"and_others", order.others}}));
    to.back().only_if = order.only_if;
    TRY(add_kept(to, "kept_crowded.sql", embedded::medallion_silver_kept_crowded_sql,
        {{"stored", terms.stored()}, {"new_stored", terms.stored("n")}, {"same_key", same_key},
            {"differs", terms.differs_in_arrival()}, {"moment", terms.moment()},
            {"same_moment", same_moment}, {"truncates", and_truncates_of_crowded(terms)},
            {"sought", order.sought}, {"and_others", order.others}}));
    to.back().only_if = if_rows_compete(terms.shape);
    return {};
}

Status keep_rows(const Terms& terms, Statements& to) {
    if (terms.shape.infers())
        TRY(add(to, "seen_in_spell.sql", embedded::medallion_silver_seen_in_spell_sql,
            {{"keys", terms.keys()}, {"stored", terms.stored()}}));
    else
        TRY(add(to, "seen_rows.sql", embedded::medallion_silver_seen_rows_sql,
            {{"stored", terms.stored()}}));
    if (!touched_bring_rows(terms.shape))
        return keep_rows_of(terms,
            {.sought = Fragment::of("_ingot_touched"), .others = TRY(and_absent(terms))}, to);
    TRY(add(to, "kept_with_rows.sql", embedded::medallion_silver_kept_with_rows_sql,
        {{"keys", terms.keys("t")}, {"reaches_back", TRY(reaches_back(terms))},
            {"stored_of_new", terms.stored("t._ingot_new")}, {"stored", terms.stored()}}));
    return keep_rows_of(terms,
        {.sought = Fragment::of("_ingot_many"),
            .others = Fragment::of("UNION ALL SELECT ") + terms.stored() +
                      Fragment::of(" FROM _ingot_taken"),
            .only_if = if_many()},
        to);
}

Status keep_of_load(const Terms& terms, Statements& to) {
    const auto same_key = terms.dialect.equal("n", "t", terms.shape.keys);
    TRY(add_kept(to, "kept_of_load.sql", embedded::medallion_silver_kept_of_load_sql,
        {{"stored", terms.stored()}, {"stored_of_new", terms.stored("t._ingot_new")},
            {"keys", terms.keys()}, {"reaches_back", TRY(reaches_back(terms))},
            {"unmatched", terms.is_null("t._ingot_open", terms.shape.keys.front())},
            {"and_absent",
                TRY(and_absent(terms, Fragment::of(", t._ingot_open, t._ingot_new_time")))}}));
    constexpr std::string_view open = "n._ingot_open";
    TRY(add_kept(to, "kept_crowded_of_load.sql",
        embedded::medallion_silver_kept_crowded_of_load_sql,
        {{"new_stored", terms.stored("n")}, {"same_key", same_key}, {"keys", terms.keys()},
            {"latest_first", terms.latest_first()},
            {"unmatched", terms.is_null(open, terms.shape.keys.front())},
            {"differs", terms.differs_from_open("n", open)}}));
    to.back().only_if = if_crowded();
    return {};
}

}  // namespace

Fragment if_many() { return Fragment::of("SELECT 1 FROM _ingot_many LIMIT 1"); }

Fragment if_crowded() { return Fragment::of("SELECT 1 FROM _ingot_crowded LIMIT 1"); }

Fragment if_rows_compete(const Shape& shape) {
    return touched_bring_rows(shape) && !shape.keeps_last_of_load() ? if_many() : if_crowded();
}

Result<Fragment> is_seed(const Terms& terms) {
    return terms.of_open(terms.shape.keys.front(), "t") + Fragment::of(" IS NOT NULL AND ") +
           any_of({is_after_open(terms), TRY(is_after_all(terms))});
}

Result<Fragment> reaches_back(const Terms& terms) {
    return Fragment::of("NOT (") + TRY(is_seed(terms)) + Fragment::of(" OR ") +
           TRY(is_after_all(terms)) + Fragment::of(")");
}

namespace {

Status find_past(const Terms& terms, Statements& to) {
    const auto seeds = TRY(seed(terms));
    return add_kept(to, "history.sql", embedded::medallion_silver_history_sql,
        {{"seed", seeds}, {"seed_time", seed_time(terms)}, {"is_seed", TRY(is_seed(terms))},
            {"stored", terms.stored("s")}, {"reaches_back", TRY(reaches_back(terms))},
            {"same_key", terms.dialect.equal("s", "t", terms.shape.keys)}});
}

}  // namespace

// A row says that its key is in the load, even when a rule refuses it; a row that says deleted does not.
Fragment is_present(const Terms& terms) {
    std::vector<Fragment> parts;
    for (const auto& key : terms.shape.keys)
        parts.push_back(terms.column(key) + Fragment::of(" IS NOT NULL"));
    if (terms.shape.infers())
        parts.push_back(Fragment::of("_ingot_op = 1"));
    else
        parts.push_back(Fragment::of("_ingot_reason IS NULL AND ") + terms.counts());
    return all_of(parts);
}

Fragment max_delete_fraction(const Terms& terms) {
    return Fragment::authored(std::to_string(terms.shape.max_delete_fraction));
}

Status find_touched(const Terms& terms, Statements& to) {
    const auto& first_key = terms.shape.keys.front();
    const auto same_key = terms.dialect.equal(new_row, open_row, terms.shape.keys);
    const bool brings_rows = touched_bring_rows(terms.shape);
    const auto and_new = brings_rows ? Fragment::of(", _ingot_n AS _ingot_new") : Fragment{};
    const auto unmatched = terms.is_null(open_row, first_key);
    Fragment compared;
    if (terms.shape.infers()) {
        const auto type = TRY(terms.dialect.type(terms.shape.time_type));
        TRY(add(to, "load.sql", embedded::medallion_silver_load_sql, {}));
        compared = TRY(sql::fill(embedded::medallion_silver_touched_by_load_sql,
            {{"either_key", either_key(terms)}, {"absent", terms.is_null(new_row, first_key)},
                {"new_row", and_new}, {"is_present", is_present(terms)},
                {"is_open", terms.is_open()}, {"same_key", same_key}, {"unmatched", unmatched},
                {"differs", terms.differs_from_open(new_row, open_row)},
                {"new_time", terms.time(new_row)}, {"type", type}}));
    } else {
        compared = TRY(sql::fill(embedded::medallion_silver_touched_by_rows_sql,
            {{"new_keys", terms.keys(new_row)}, {"new_time", terms.time(new_row)},
                {"new_row", and_new}, {"is_open", terms.is_open()}, {"same_key", same_key},
                {"unmatched", unmatched},
                {"differs", terms.differs_from_open(new_row, open_row)}}));
    }
    const auto same_touched = terms.dialect.equal("c", "r", terms.shape.keys);
    if (brings_rows)
        return add_kept(to, "touched_with_rows.sql",
            embedded::medallion_silver_touched_with_rows_sql,
            {{"compared", compared}, {"keys", terms.keys()}, {"same_key", same_touched},
                {"same_new_key", terms.dialect.equal("n", "c", terms.shape.keys)}});
    return add_kept(to, "touched.sql", embedded::medallion_silver_touched_sql,
        {{"compared", compared}, {"keys", terms.keys()}, {"same_key", same_touched}});
}

Result<Fragment> reaching_back(const Terms& terms) {
    // A row that ends all keys reaches back to each, and those of earlier batches are in the store.
    if (terms.shape.truncates) return Fragment::of("SELECT 1");
    return Fragment::of("SELECT 1 FROM _ingot_touched AS t WHERE ") + TRY(reaches_back(terms)) +
           Fragment::of(" LIMIT 1");
}

Status take_in(const Terms& terms, Statements& to) {
    TRY(find_truncates(terms, to));
    TRY(find_past(terms, to));
    if (terms.shape.keeps_last_of_load())
        TRY(keep_of_load(terms, to));
    else
        TRY(keep_rows(terms, to));
    return apply_truncates(terms, TRY(is_seed(terms)), to);
}

Result<Fragment> guard(const Terms& terms) {
    if (!terms.shape.infers()) return Fragment{};
    return sql::fill(embedded::medallion_silver_guard_sql,
        {{"is_open", terms.is_open()}, {"fraction", max_delete_fraction(terms)}});
}

Fragment crowded_moments(const Terms& terms, const Fragment& rows) {
    return Fragment::of("(SELECT ") + terms.moment() + Fragment::of(" FROM ") + rows +
           Fragment::of(" GROUP BY ") + terms.moment() + Fragment::of(" HAVING count(*) > 1)");
}

Result<Fragment> ties(const Terms& terms, const Fragment& observations, const Fragment& crowded) {
    Names stated = terms.shape.stored;
    stated.emplace_back("_ingot_op");
    const auto moment = terms.moment_names();
    for (const auto& name : moment)
        if (!has_name(stated, name)) stated.push_back(name);
    return sql::fill(embedded::medallion_silver_ties_sql,
        {{"stated", terms.dialect.columns(stated, "o")}, {"observations", observations},
            {"crowded", crowded}, {"same_moment", terms.dialect.same("o", "k", moment)},
            {"moment", terms.moment()}});
}

}  // namespace ingot::silver
