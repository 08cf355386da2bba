#include "medallion/silver/changed.sql.h"
#include "medallion/silver/difference.sql.h"
#include "medallion/silver/remaining.sql.h"
#include "medallion/silver/since.sql.h"
#include "medallion/silver/steps.h"

namespace ingot::silver {

namespace {

Fragment ends_after(const Terms& terms, std::string_view alias, const Fragment& moment) {
    if (!terms.shape.only_ends_change()) return Fragment::of("true");
    const auto end = terms.column(terms.shape.valid_to, alias);
    return any_of({end + Fragment::of(" IS NULL"), end + Fragment::of(" >= ") + moment});
}

Fragment open_row(const Terms& terms) {
    std::vector<Fragment> parts;
    for (const auto& column : terms.shape.published)
        parts.push_back(
            terms.of_open(column.name, "p") + Fragment::of(" AS ") + terms.column(column.name));
    return comma_separated(parts);
}

// When an observation holds from; a key's absence, from the load's date.
Result<Fragment> time_of_kept(const Terms& terms) {
    if (!terms.shape.infers() || terms.shape.by_slice) return terms.time();
    return Fragment::of("CASE WHEN _ingot_op = -1 THEN CAST(_ingot_slice AS ") +
           TRY(terms.dialect.type(terms.shape.time_type)) + Fragment::of(") ELSE ") + terms.time() +
           Fragment::of(" END");
}

}  // namespace

Names identity(const Shape& shape) {
    if (shape.history == History::snapshot) return {std::string(snapshot_column)};
    Names names = shape.keys;
    if (shape.history == History::scd2 || shape.is_changes()) names.push_back(shape.valid_from);
    return names;
}

namespace {

Status find_since_of(const Terms& terms, const Fragment& changed, Statements& to) {
    const auto time = TRY(time_of_kept(terms));
    return add_kept(to, "since.sql", embedded::medallion_silver_since_sql,
        {{"keys", terms.keys()}, {"time", time}, {"changed", changed}});
}

}  // namespace

Status find_since(const Terms& terms, Statements& to) {
    return find_since_of(terms,
        terms.shape.truncates ? Fragment::of("_ingot_kept_or_truncated")
                              : Fragment::of("_ingot_kept"),
        to);
}

Status find_since_of_many(const Terms& terms, Statements& to) {
    return find_since_of(terms,
        Fragment::of("(SELECT k.* FROM _ingot_kept AS k SEMI JOIN _ingot_many AS m ON ") +
            terms.dialect.equal("k", "m", terms.shape.keys) + Fragment::of(")"),
        to);
}

Status compare_with_published(const Terms& terms, const Fragment& versions, Statements& to) {
    return add_kept(to, "difference.sql", embedded::medallion_silver_difference_sql,
        {{"open_row", open_row(terms)}, {"versions", versions},
            {"is_matched",
                terms.of_open(terms.shape.keys.front(), "p") + Fragment::of(" IS NOT NULL")},
            {"is_open", terms.is_open()}, {"published", terms.published("p")},
            {"recent", ends_after(terms, {}, Fragment::of("getvariable('ingot_since')"))},
            {"same_key", terms.dialect.equal("p", "t", terms.shape.keys)},
            {"may_change", ends_after(terms, "p", Fragment::of("t._ingot_time"))},
            {"same_version", terms.dialect.equal("_ingot_p", "_ingot_v", identity(terms.shape))},
            {"same_row",
                terms.dialect.same("_ingot_p", "_ingot_v", names_of(terms.shape.published))}});
}

Status tell_changed(const Terms& terms, Statements& to) {
    constexpr std::string_view was = "_ingot_was", is = "_ingot_is";
    const auto& first_key = terms.shape.keys.front();
    return add(to, "changed.sql", embedded::medallion_silver_changed_sql,
        {{"was", terms.dialect.columns(identity(terms.shape), was)},
            {"stood", terms.column(first_key, was) + Fragment::of(" IS NOT NULL")},
            {"is", terms.published(is)},
            {"stands", terms.column(first_key, is) + Fragment::of(" IS NOT NULL")}});
}

Result<Fragment> remaining(const Terms& terms, const Fragment& belongs) {
    return sql::fill(embedded::medallion_silver_remaining_sql,
        {{"published", terms.published("p")},
            {"same_row", terms.dialect.equal("p", "d", identity(terms.shape))},
            {"belongs", belongs}});
}

Fragment rewritten_files() {
    return Fragment::of(
        "SELECT _ingot_published_file, count(*) AS rows FROM _ingot_removed GROUP BY ALL ORDER BY ALL");
}

}  // namespace ingot::silver
