#include "medallion/silver/append.sql.h"
#include "medallion/silver/collected.sql.h"
#include "medallion/silver/newest.sql.h"
#include "medallion/silver/replaced.sql.h"
#include "medallion/silver/steps.h"

namespace ingot::silver {

namespace {

Result<Fragment> value_of(const Terms& terms, const Column& column) {
    const auto& shape = terms.shape;
    if (shape.history == History::snapshot && column.name == snapshot_column)
        return Fragment::of("n._ingot_slice");
    if (!shape.has_tombstones() || !same_name(column.name, deleted_column))
        return terms.column(column.name, "n");
    if (!has_name(shape.shown, deleted_column)) return Fragment::of("(n._ingot_op = 0)");
    return Fragment::of("CASE WHEN n._ingot_op = 0 THEN CAST(true AS ") +
           TRY(terms.dialect.type(column.type)) + Fragment::of(") ELSE ") +
           terms.column(column.name, "n") + Fragment::of(" END");
}

}  // namespace

Status collect(const Terms& terms, Statements& to) {
    std::vector<Fragment> shown;
    std::vector<Fragment> same;
    for (const auto& column : terms.shape.published) {
        const auto value = TRY(value_of(terms, column));
        shown.push_back(value + Fragment::of(" AS ") + terms.column(column.name));
        same.push_back(
            value + Fragment::of(" IS NOT DISTINCT FROM ") + terms.column(column.name, "p"));
    }
    if (terms.shape.history == History::append)
        return add(to, "append.sql", embedded::medallion_silver_append_sql,
            {{"shown", comma_separated(shown)}, {"same_row", all_of(same)}});
    return collect_all(terms, to);
}

Status collect_all(const Terms& terms, Statements& to) {
    std::vector<Fragment> shown;
    for (const auto& column : terms.shape.published)
        shown.push_back(
            TRY(value_of(terms, column)) + Fragment::of(" AS ") + terms.column(column.name));
    return add(to, "collected.sql", embedded::medallion_silver_collected_sql,
        {{"shown", comma_separated(shown)}});
}

Status collect_newest(const Terms& terms, Statements& to) {
    return add(
        to, "newest.sql", embedded::medallion_silver_newest_sql, {{"shown", terms.published("n")}});
}

Status replace_slices(const Terms& terms, Statements& to) {
    return add(to, "replaced.sql", embedded::medallion_silver_replaced_sql,
        {{"slice", terms.column(snapshot_column, "p")}});
}

}  // namespace ingot::silver
