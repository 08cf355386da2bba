#include "medallion/silver/counts.sql.h"
#include "medallion/silver/observed.sql.h"
#include "medallion/silver/steps.h"

namespace ingot::silver {

namespace {

// WHEN "k" IS NULL THEN 'key …' for each column that must say something.
Fragment unusable(const Terms& terms) {
    Fragment out;
    const auto add_each = [&](const Names& names, std::string_view role, const Fragment& unless) {
        for (const auto& name : names)
            out = out + Fragment::of(" WHEN ") + terms.column(name) + Fragment::of(" IS NULL") +
                  unless + Fragment::of(" THEN ") +
                  terms.dialect.literal(std::string(role) + " " + name + " is NULL");
    };
    const bool is_cdc = terms.shape.is_cdc;
    if (is_cdc) out = Fragment::of(" WHEN _ingot_change LIKE '? %' THEN _ingot_change[3:]");
    const auto says_nothing = Fragment::of(" AND _ingot_change <> 'ignore'");
    add_each(terms.shape.keys, "key",
        is_cdc ? says_nothing + Fragment::of(" AND _ingot_change <> 'truncate'") : Fragment{});
    add_each(terms.shape.order_by, "order_by", is_cdc ? says_nothing : Fragment{});
    if (!terms.shape.late.empty())
        out =
            out + Fragment::of(" WHEN CAST(") + terms.column(terms.shape.order_by.front()) +
            Fragment::of(" AS TIMESTAMP) < CAST(_ingot_slice AS TIMESTAMP) - to_microseconds(") +
            terms.dialect.integer(terms.shape.late_us) + Fragment::of(")") +
            (is_cdc ? says_nothing : Fragment{}) + Fragment::of(" THEN ") +
            terms.dialect.literal("order_by " + terms.shape.order_by.front() +
                                  " is more than late: " + terms.shape.late + " before its slice");
    return out.empty() ? Fragment::of(" WHEN false THEN ''") : out;
}

}  // namespace

Status observe(const Terms& terms, Statements& to) {
    // 9 says nothing: a row that is counted and left out.
    const auto op =
        terms.shape.is_cdc
            ? Fragment::of(
                  "CASE _ingot_change WHEN 'upsert' THEN 1 WHEN 'delete' THEN 0 WHEN 'truncate' THEN -2 ELSE 9 END")
            : Fragment::of("CASE WHEN _ingot_delete THEN 0 ELSE 1 END");
    return add(to, "observed.sql", embedded::medallion_silver_observed_sql,
        {{"columns", terms.all()}, {"op", op},
            {"is_of_a_key",
                terms.shape.truncates ? Fragment::of("AND _ingot_op <> -2") : Fragment{}},
            {"unusable", unusable(terms)}, {"counts", terms.counts()}});
}

Result<Fragment> quarantined(const Terms& terms) {
    return Fragment::of("SELECT ") + terms.all() +
           Fragment::of(", _ingot_reason FROM _ingot_observed WHERE _ingot_reason IS NOT NULL");
}

Result<Fragment> counts(const Terms& terms, const Fragment& taken) {
    return sql::fill(
        embedded::medallion_silver_counts_sql, {{"counts", terms.counts()}, {"taken", taken}});
}

}  // namespace ingot::silver
