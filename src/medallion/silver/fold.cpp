#include "medallion/silver/alone.sql.h"
#include "medallion/silver/alone_of_touched.sql.h"
#include "medallion/silver/changes.sql.h"
#include "medallion/silver/events.sql.h"
#include "medallion/silver/events_in_spells.sql.h"
#include "medallion/silver/fold.sql.h"
#include "medallion/silver/latest.sql.h"
#include "medallion/silver/overlaid.sql.h"
#include "medallion/silver/steps.h"
#include "medallion/silver/versions_alone.sql.h"

namespace ingot::silver {

namespace {

Result<Fragment> ended(const Terms& terms, const Fragment& end) {
    if (terms.shape.open_end.empty()) return end;
    return Fragment::of("coalesce(") + end + Fragment::of(", CAST(") +
           terms.dialect.literal(terms.shape.open_end) + Fragment::of(" AS ") +
           TRY(terms.dialect.type(terms.shape.time_type)) + Fragment::of("))");
}

}  // namespace

Result<Fragment> endless(const Terms& terms) {
    return ended(terms, Fragment::of("CAST(NULL AS ") +
                            TRY(terms.dialect.type(terms.shape.time_type)) + Fragment::of(")"));
}

namespace {

// A new version opens after a gap, and where a tracked column is not what it was.
Fragment opens(const Terms& terms) {
    const auto& shape = terms.shape;
    if (shape.history != History::latest && !shape.collapses) return Fragment::of("true");
    std::vector<Fragment> parts{
        Fragment::of("lag(_ingot_is_there) OVER in_key IS DISTINCT FROM true")};
    if (shape.history == History::scd2 || shape.is_changes())
        for (const auto& name : shape.tracked)
            parts.push_back(terms.column(name) + Fragment::of(" IS DISTINCT FROM lag(") +
                            terms.column(name) + Fragment::of(") OVER in_key"));
    return any_of(parts);
}

bool restates(const Shape& shape) {
    return shape.history == History::scd2 && !(shape.restated.empty() && shape.current.empty());
}

// Columns of which every version shows the last value.
Names restated(const Shape& shape) {
    auto names = shape.restated;
    for (const auto& name : shape.current)
        if (!has_name(names, name)) names.push_back(name);
    return names;
}

// Restated columns travel together in one struct, so that a NULL among them is not looked past.
Fragment member(const Terms& terms, std::size_t i) {
    return terms.dialect.identifier("c" + std::to_string(i));
}

Fragment restated_members(const Terms& terms) {
    std::vector<Fragment> parts;
    const auto names = restated(terms.shape);
    for (std::size_t i = 0; i < names.size(); ++i)
        parts.push_back(member(terms, i) + Fragment::of(" := ") + terms.column(names[i]));
    return comma_separated(parts);
}

Fragment restated_value(const Terms& terms, std::string_view name) {
    const auto names = restated(terms.shape);
    std::size_t i = 0;
    while (!same_name(names[i], name)) ++i;
    return Fragment::of("_ingot_restated.") + member(terms, i);
}

Fragment previous(const Terms& terms, std::size_t i) {
    return terms.dialect.identifier("_ingot_previous_" + std::to_string(i));
}

// Where a column changes: what it was, in a struct because that may be NULL. After a gap it was nothing.
Fragment marks(const Terms& terms) {
    Fragment out;
    for (std::size_t i = 0; i < terms.shape.previous.size(); ++i) {
        const auto name = terms.column(terms.shape.previous[i]);
        const auto before = Fragment::of("lag(") + name + Fragment::of(") OVER in_key");
        out =
            out +
            Fragment::of(
                ", CASE WHEN lag(_ingot_is_there) OVER in_key IS DISTINCT FROM true THEN struct_pack(was := CASE WHEN false THEN ") +
            name + Fragment::of(" END) WHEN ") + name + Fragment::of(" IS DISTINCT FROM ") +
            before + Fragment::of(" THEN struct_pack(was := ") + before +
            Fragment::of(") END AS ") + previous(terms, i);
    }
    return out;
}

// Further looks along the key: what its last row says, when it was last deleted.
Fragment looks(const Terms& terms) {
    Fragment out;
    if (restates(terms.shape))
        out =
            out + Fragment::of(", last_value(CASE WHEN _ingot_is_there THEN struct_pack(") +
            restated_members(terms) +
            Fragment::of(
                ") END IGNORE NULLS) OVER (in_key ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "
                "_ingot_restated");
    for (std::size_t i = 0; i < terms.shape.previous.size(); ++i)
        out = out + Fragment::of(", last_value(") + previous(terms, i) +
              Fragment::of(" IGNORE NULLS) OVER (in_key ROWS UNBOUNDED PRECEDING).was AS ") +
              terms.dialect.identifier("_ingot_before_" + std::to_string(i));
    if (terms.shape.deletes == Deletes::hard)
        out = out +
              Fragment::of(
                  ", max(CASE WHEN NOT _ingot_is_there THEN _ingot_time END) OVER (PARTITION BY ") +
              terms.keys() + Fragment::of(") AS _ingot_last_delete");
    return out;
}

Fragment survives(const Shape& shape) {
    std::vector<Fragment> parts;
    if (shape.deletes == Deletes::hard)
        parts.push_back(
            Fragment::of("(_ingot_last_delete IS NULL OR _ingot_from > _ingot_last_delete)"));
    if (shape.history == History::latest)
        parts.push_back(Fragment::of("(_ingot_to IS NULL OR _ingot_after_gap IS NULL)"));
    else if (shape.has_tombstones())
        parts.push_back(Fragment::of("(NOT _ingot_says_deleted OR NOT _ingot_next_is_there)"));
    return all_of(parts);
}

// scd2 shows a tombstone as a version of its own, from the delete on; latest as a mark on the row that is left.
bool splits(const Shape& shape) { return shape.history == History::scd2 && shape.has_tombstones(); }

Fragment is_deleted(const Shape& shape) {
    return splits(shape) ? Fragment::of("_ingot_says_deleted")
                         : Fragment::of("_ingot_to IS NOT NULL");
}

Result<Fragment> shown(const Terms& terms, const Column& column) {
    const auto name = terms.column(column.name);
    Fragment value =
        has_name(terms.shape.restated, column.name) ? restated_value(terms, column.name) : name;
    if (terms.shape.has_tombstones() && same_name(column.name, deleted_column))
        value = Fragment::of("CASE WHEN ") + is_deleted(terms.shape) +
                Fragment::of(" THEN CAST(true AS ") + TRY(terms.dialect.type(column.type)) +
                Fragment::of(") ELSE ") + value + Fragment::of(" END");
    return value + Fragment::of(" AS ") + name;
}

}  // namespace

Result<Fragment> published_of_fold(const Terms& terms) {
    const auto& shape = terms.shape;
    std::vector<Fragment> parts;
    for (const auto& name : shape.shown)
        parts.push_back(TRY(shown(terms, *find_column(shape.columns, name))));
    for (std::size_t i = 0; i < shape.previous.size(); ++i)
        parts.push_back(terms.dialect.identifier("_ingot_before_" + std::to_string(i)) +
                        Fragment::of(" AS ") + terms.column(previous_of(shape.previous[i])));
    for (const auto& name : shape.current)
        parts.push_back(
            restated_value(terms, name) + Fragment::of(" AS ") + terms.column(current_of(name)));
    const bool split = splits(shape);
    if (shape.history == History::scd2)
        parts.push_back(
            (split ? Fragment::of(
                         "CASE WHEN _ingot_says_deleted THEN _ingot_to ELSE _ingot_from END")
                   : Fragment::of("_ingot_from")) +
            Fragment::of(" AS ") + terms.column(shape.valid_from));
    const auto end =
        split
            ? Fragment::of("CASE WHEN _ingot_says_deleted THEN _ingot_after_gap ELSE _ingot_to END")
            : Fragment::of("_ingot_to");
    if (shape.has_end()) {
        parts.push_back(
            TRY(ended(terms, end)) + Fragment::of(" AS ") + terms.column(shape.valid_to));
        parts.push_back(Fragment::of("_ingot_to IS NULL AS ") + terms.column(shape.is_current));
    }
    if (shape.has_tombstones() && !has_name(shape.shown, deleted_column))
        parts.push_back(is_deleted(shape) + Fragment::of(" AS ") + terms.column(deleted_column));
    return comma_separated(parts);
}

namespace {

enum class OfKeys {
    all,
    not_alone,  // the others need no fold
    many,
};

const auto taken_in =
    Fragment::of("(SELECT * FROM _ingot_history UNION ALL SELECT * FROM _ingot_kept)");
const auto versions_table = Fragment::of("_ingot_versions");

struct Events {
    Fragment rows;
    OfKeys keys = OfKeys::all;
    bool with_seeds = false;
};

Status date_events(const Terms& terms, const Events& events, Statements& to) {
    const auto of_keys = [&](std::string_view alias) {
        if (events.keys == OfKeys::all) return Fragment{};
        return (events.keys == OfKeys::many ? Fragment::of(" SEMI JOIN _ingot_many AS a ON ")
                                            : Fragment::of(" ANTI JOIN _ingot_alone AS a ON ")) +
               terms.dialect.equal(alias, "a", terms.shape.keys);
    };
    const auto rows = Fragment::of("(SELECT * FROM ") + events.rows + Fragment::of(" AS o") +
                      of_keys("o") + Fragment::of(")");
    const auto and_seeds =
        events.with_seeds
            ? Fragment::of("UNION ALL BY NAME SELECT * FROM _ingot_seeds AS s") + of_keys("s")
            : Fragment{};
    const auto and_truncations =
        terms.shape.truncates ? Fragment::of(" UNION ALL BY NAME SELECT * FROM _ingot_truncations")
                              : Fragment{};
    if (!terms.shape.infers() || terms.shape.by_slice)
        return add(to, "events.sql", embedded::medallion_silver_events_sql,
            {{"time", terms.time()}, {"observations", rows},
                {"and_seeds", and_seeds + and_truncations}});
    const auto type = TRY(terms.dialect.type(terms.shape.time_type));
    return add(to, "events_in_spells.sql", embedded::medallion_silver_events_in_spells_sql,
        {{"observations", rows}, {"keys", terms.keys()}, {"time", terms.time()}, {"type", type},
            {"and_seeds", and_seeds}});
}

// What a key's one observation shows where others look along the key.
Result<Fragment> looks_of_one(const Terms& terms) {
    Fragment out;
    for (std::size_t i = 0; i < terms.shape.previous.size(); ++i)
        out = out + Fragment::of(", CAST(NULL AS ") +
              TRY(terms.dialect.type(
                  find_column(terms.shape.columns, terms.shape.previous[i])->type)) +
              Fragment::of(") AS ") +
              terms.dialect.identifier("_ingot_before_" + std::to_string(i));
    if (restates(terms.shape))
        out = out + Fragment::of(", struct_pack(") + restated_members(terms) +
              Fragment::of(") AS _ingot_restated");
    if (terms.shape.deletes == Deletes::hard)
        out = out + Fragment::of(", CAST(NULL AS TIMESTAMP) AS _ingot_last_delete");
    if (terms.shape.has_tombstones())
        out = out + Fragment::of(", false AS _ingot_next_is_there, false AS _ingot_says_deleted");
    return out;
}

Status copy_alone(const Terms& terms, Statements& to) {
    const auto& shape = terms.shape;
    const auto type = TRY(terms.dialect.type(shape.time_type));
    const auto shown_columns =
        shape.needs_no_fold() ? terms.published() : TRY(published_of_fold(terms));
    const auto looks = TRY(looks_of_one(terms));
    return add(to, "versions_alone.sql", embedded::medallion_silver_versions_alone_sql,
        {{"published", shown_columns}, {"time", terms.time("o")}, {"type", type}, {"looks", looks},
            {"same_key", terms.dialect.equal("o", "a", shape.keys)}});
}

// What a row of `changes` shows of a column: of a delete what was last known, but its own time.
Result<Fragment> shown_of_change(const Terms& terms, const std::string& name) {
    const auto column = terms.column(name);
    const auto& shape = terms.shape;
    if (has_name(shape.keys, name) || has_name(shape.order_by, name)) return column;
    return Fragment::of("CASE WHEN _ingot_is_there THEN ") + column + Fragment::of(" ELSE lag(") +
           column + Fragment::of(") OVER in_key END AS ") + column;
}

Status tell_changes(const Terms& terms, Statements& to) {
    const auto& shape = terms.shape;
    std::vector<Fragment> shown, changed;
    for (const auto& name : shape.shown) shown.push_back(TRY(shown_of_change(terms, name)));
    for (const auto& name : shape.tracked)
        changed.push_back(
            Fragment::of("CASE WHEN lag(_ingot_is_there) OVER in_key IS DISTINCT FROM true OR ") +
            terms.column(name) + Fragment::of(" IS DISTINCT FROM lag(") + terms.column(name) +
            Fragment::of(") OVER in_key THEN ") + terms.dialect.literal(name) +
            Fragment::of(" END"));
    if (changed.empty()) changed.push_back(Fragment::of("NULL"));
    return add(to, "changes.sql", embedded::medallion_silver_changes_sql,
        {{"folded", terms.dialect.columns(shape.stored)}, {"keys", terms.keys()},
            {"order", terms.order()}, {"opens", opens(terms)}, {"shown", comma_separated(shown)},
            {"changed", comma_separated(changed)}, {"published", terms.published()},
            {"valid_from", terms.column(shape.valid_from)}});
}

// A NULL of a partial row stands for the last value before it, since the key was last gone.
Status overlay(const Terms& terms, Statements& to) {
    std::vector<Fragment> overlaid;
    for (const auto& name : terms.shape.partial)
        overlaid.push_back(
            Fragment::of("last_value(CASE WHEN _ingot_op = 1 THEN ") + terms.column(name) +
            Fragment::of(" END IGNORE NULLS) OVER in_life AS ") + terms.column(name));
    return add(to, "overlaid.sql", embedded::medallion_silver_overlaid_sql,
        {{"keys", terms.keys()}, {"order", terms.order()},
            {"overlaid", comma_separated(overlaid)}});
}

Status fold_events(const Terms& terms, const Fragment& versions, Statements& to) {
    const auto& shape = terms.shape;
    if (!shape.partial.empty()) TRY(overlay(terms, to));
    if (shape.is_changes()) return tell_changes(terms, to);
    if (shape.needs_no_fold())
        return add(to, "latest.sql", embedded::medallion_silver_latest_sql,
            {{"published", terms.published()}, {"keys", terms.keys()},
                {"latest_first", terms.latest_first()}});
    const auto shown_columns = TRY(published_of_fold(terms));
    return add(to, "fold.sql", embedded::medallion_silver_fold_sql,
        {{"folded", terms.dialect.columns(shape.stored)}, {"keys", terms.keys()},
            {"order", terms.order()}, {"opens", opens(terms)}, {"marks", marks(terms)},
            {"looks", looks(terms)}, {"published", shown_columns},
            {"said_deleted",
                splits(shape)
                    ? Fragment::of("CROSS JOIN (VALUES (false), (true)) AS d(_ingot_says_deleted)")
                    : Fragment{}},
            {"survives", survives(shape)}, {"versions", versions}});
}

}  // namespace

Status fold_all(const Terms& terms, Statements& to) {
    const auto& shape = terms.shape;
    if (shape.is_changes() || shape.truncates) {
        TRY(date_events(terms, {.rows = Fragment::of("_ingot_kept")}, to));
        return fold_events(terms, versions_table, to);
    }
    TRY(add(to, "alone.sql", embedded::medallion_silver_alone_sql, {{"keys", terms.keys()}}));
    TRY(date_events(terms, {.rows = Fragment::of("_ingot_kept"), .keys = OfKeys::not_alone}, to));
    TRY(fold_events(terms, versions_table, to));
    return copy_alone(terms, to);
}

Status fold_taken_in(const Terms& terms, Statements& to) {
    const auto& shape = terms.shape;
    const bool without_alone = shape.needs_no_fold() && !shape.truncates && shape.partial.empty();
    if (without_alone)
        TRY(add(to, "alone_of_touched.sql", embedded::medallion_silver_alone_of_touched_sql,
            {{"keys", terms.keys()}, {"same_key", terms.dialect.equal("s", "h", shape.keys)}}));
    TRY(date_events(terms,
        {.rows = taken_in,
            .keys = without_alone ? OfKeys::not_alone : OfKeys::all,
            .with_seeds = true},
        to));
    TRY(fold_events(terms, versions_table, to));
    return without_alone ? copy_alone(terms, to) : Status{};
}

Status fold_many(const Terms& terms, Statements& to) {
    TRY(date_events(terms, {.rows = taken_in, .keys = OfKeys::many, .with_seeds = true}, to));
    return fold_events(terms, Fragment::of("_ingot_folded"), to);
}

}  // namespace ingot::silver
