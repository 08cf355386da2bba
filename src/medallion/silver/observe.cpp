#include "medallion/silver/counts.sql.h"
#include "medallion/silver/observed.sql.h"
#include "medallion/silver/steps.h"

namespace ingot::silver {

namespace {

// WHEN "k" IS NULL THEN 'key …' for each column that must say something.
Fragment unusable(const Terms& terms) {
    Fragment out;
    const auto add_each = [&](const Names& names, std::string_view role) {
        for (const auto& name : names)
            out = out + Fragment::of(" WHEN ") + terms.column(name) +
                  Fragment::of(" IS NULL THEN ") +
                  terms.dialect.literal(std::string(role) + " " + name + " is NULL");
    };
    add_each(terms.shape.keys, "key");
    add_each(terms.shape.order_by, "order_by");
    return out.empty() ? Fragment::of(" WHEN false THEN ''") : out;
}

}  // namespace

Status observe(const Terms& terms, Statements& to) {
    return add(to, "observed.sql", embedded::medallion_silver_observed_sql,
        {{"columns", terms.all()}, {"unusable", unusable(terms)}, {"counts", terms.counts()}});
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
