#include "medallion/silver/promote.h"

#include "medallion/silver/steps.h"

namespace ingot::silver {

namespace {

const auto taken_in =
    Fragment::of("(SELECT * FROM _ingot_history UNION ALL SELECT * FROM _ingot_kept)");
const auto kept = Fragment::of("_ingot_kept");
const auto added = Fragment::of("_ingot_added");
const auto versions = Fragment::of("_ingot_versions");

Fragment kept_rows(const Terms& terms) {
    auto rows = Fragment::of("(SELECT 1 FROM _ingot_kept WHERE _ingot_op <> -1");
    if (terms.shape.truncates)
        rows = rows + Fragment::of(" UNION ALL SELECT 1 FROM _ingot_new_truncates");
    return rows + Fragment::of(")");
}

Columns observed_columns(const Terms& terms) {
    const Columns own{{"_ingot_slice", "DATE"}, {"_ingot_file", "VARCHAR"},
        {"_ingot_row", "BIGINT"}, {"_ingot_op", "TINYINT"}};
    Columns out;
    for (const auto& name : terms.stored_names()) {
        const auto* column = find_column(terms.shape.columns, name);
        out.push_back(column ? *column : *find_column(own, name));
    }
    return out;
}

Columns key_columns(const Shape& shape) {
    Columns keys;
    for (const auto& name : shape.keys) keys.push_back(*find_column(shape.columns, name));
    return keys;
}

Fragment rows_of(const Terms& terms, const Fragment& relation, const Fragment& belongs) {
    return Fragment::of("SELECT ") + terms.published() + Fragment::of(" FROM ") + relation +
           Fragment::of(" WHERE ") + belongs;
}

Fragment segment(const Terms& terms) {
    auto all = Fragment::of("SELECT ") + terms.stored() + Fragment::of(" FROM _ingot_kept");
    if (terms.shape.truncates)
        all = all + Fragment::of(" UNION ALL BY NAME SELECT ") + terms.stored() +
              Fragment::of(" FROM _ingot_new_truncates");
    return all;
}

Result<Fragment> latest(const Terms& terms, const Fragment& rows) {
    if (!terms.shape.is_keyed() || !terms.shape.open_row_takes_one()) return Fragment{};
    return Fragment::of("SELECT CAST(greatest(max(") + terms.time() +
           Fragment::of("), CAST(getvariable('ingot_latest') AS ") +
           TRY(terms.dialect.type(terms.shape.time_type)) + Fragment::of(")) AS VARCHAR) FROM ") +
           rows;
}

// Where of a load only the last row of a key is kept, the rows that it competed with are still in the load.
Result<Fragment> ties_of_merge(const Terms& terms) {
    if (terms.shape.keeps_last_of_load()) {
        const auto loaded =
            Fragment::of("(SELECT n.* FROM _ingot_usable AS n SEMI JOIN _ingot_crowded AS t ON ") +
            terms.dialect.equal("n", "t", terms.shape.keys) + Fragment::of(")");
        return ties(terms, loaded, crowded_moments(terms, loaded));
    }
    const auto meets_kept = Fragment::of(" AS o SEMI JOIN _ingot_kept AS k ON ") +
                            terms.dialect.same("o", "k", terms.moment_names()) + Fragment::of(")");
    // In spells, what was seen before the last gap competes too.
    const auto crowded =
        terms.shape.infers()
            ? crowded_moments(terms, Fragment::of("(SELECT o.* FROM ") + taken_in + meets_kept)
            : Fragment::of("(SELECT o.* FROM _ingot_crowded") + meets_kept;
    return ties(terms, taken_in, crowded);
}

Result<Fragment> ties_of_rebuild(const Terms& terms) {
    if (!terms.shape.keeps_last_of_load()) return ties(terms, kept, crowded_moments(terms, kept));
    const auto crowded =
        Fragment::of(
            "(SELECT n.* FROM _ingot_usable AS n SEMI JOIN (SELECT * FROM _ingot_presence WHERE "
            "_ingot_rows > 1) AS c ON ") +
        terms.dialect.equal("n", "c", terms.shape.keys) +
        Fragment::of(" AND n._ingot_slice = c._ingot_slice)");
    return ties(terms, crowded, crowded_moments(terms, crowded));
}

Result<Statements> folding_of_many(const Terms& terms) {
    Statements all;
    TRY(find_since_of_many(terms, all));
    TRY(fold_many(terms, all));
    TRY(compare_with_published(terms, Fragment::of("_ingot_folded"), all));
    TRY(join_folded(terms, all));
    for (auto& statement : all) statement.only_if = if_many();
    return all;
}

Result<PromoteSteps> merge_of_keyed(const Terms& terms) {
    PromoteSteps steps;
    TRY(observe(terms, steps.find));
    TRY(find_touched(terms, steps.find));
    steps.reaches_back = TRY(reaching_back(terms));
    TRY(take_in(terms, steps.statements));
    if (terms.shape.open_row_takes_one()) {
        TRY(follow_open(terms, steps.statements));
        const auto of_many = TRY(folding_of_many(terms));
        steps.statements.insert(steps.statements.end(), of_many.begin(), of_many.end());
    } else {
        TRY(find_since(terms, steps.statements));
        TRY(fold_taken_in(terms, steps.statements));
        TRY(compare_with_published(terms, versions, steps.statements));
        TRY(tell_changed(terms, steps.statements));
    }
    const auto open = terms.is_open();
    const auto closed = Fragment::of("NOT ") + open;
    const bool ties_lie_in_crowded = !terms.shape.infers() || terms.shape.keeps_last_of_load();
    steps.queries = {.guard = TRY(guard(terms)),
        .ties_if = ties_lie_in_crowded ? if_rows_compete(terms.shape) : Fragment{},
        .ties = TRY(ties_of_merge(terms)),
        .counts = TRY(counts(terms, kept_rows(terms))),
        .suspects = TRY(suspects(terms, versions)),
        .invariants = TRY(invariants(terms, versions)),
        .latest = TRY(latest(terms, kept)),
        .segment = segment(terms),
        .quarantined = TRY(quarantined(terms)),
        .rewrite = rewritten_files(),
        .open_rows = TRY(remaining(terms, open)),
        .closed_rows = terms.shape.has_closed() ? TRY(remaining(terms, closed)) : Fragment{}};
    return steps;
}

Result<PromoteSteps> rebuild_of_keyed(const Terms& terms) {
    PromoteSteps steps;
    const bool in_order = folds_in_order(terms);
    TRY(observe(terms, steps.statements));
    if (in_order) {
        TRY(fold_all_in_order(terms, steps.statements));
    } else {
        TRY(take_in_all(terms, steps.statements));
        TRY(fold_all(terms, steps.statements));
    }
    const auto open = terms.is_open();
    const auto closed = Fragment::of("NOT ") + open;
    steps.queries = {.guard = TRY(guard_all(terms)),
        .ties_if = in_order ? if_crowded() : Fragment{},
        .ties = TRY(ties_of_rebuild(terms)),
        .counts = TRY(counts(terms, kept_rows(terms))),
        .invariants = in_order ? TRY(invariants_in_order(terms)) : TRY(invariants(terms, versions)),
        .latest = TRY(latest(terms, kept)),
        .segment = segment(terms),
        .quarantined = TRY(quarantined(terms)),
        .comes_by_key = in_order ? none_crowded() : Fragment{},
        .open_rows = rows_of(terms, versions, open),
        .closed_rows = terms.shape.has_closed() ? rows_of(terms, versions, closed) : Fragment{}};
    return steps;
}

// append and snapshot publish the rows themselves, and never change one: all are closed. Files that are written again
// because they are many keep every row.
Result<PromoteSteps> merge_of_collected(const Terms& terms) {
    const bool replaces = terms.shape.history == History::snapshot;
    PromoteSteps steps;
    TRY(observe(terms, steps.statements));
    TRY(collect(terms, steps.statements));
    if (replaces) TRY(replace_slices(terms, steps.statements));
    const auto all = Fragment::of("true");
    steps.queries = {.counts = TRY(counts(terms, added)),
        .quarantined = TRY(quarantined(terms)),
        .rewrite = replaces ? rewritten_files() : Fragment{},
        .closed_rows = replaces ? TRY(remaining(terms, all))
                                : rows_of(terms, added, all) + Fragment::of(" UNION ALL ") +
                                      rows_of(terms, Fragment::of("_ingot_rewritten"), all)};
    return steps;
}

// replace: the newest load is all there is.
Result<PromoteSteps> replacing(const Terms& terms) {
    PromoteSteps steps;
    TRY(observe(terms, steps.statements));
    TRY(collect_newest(terms, steps.statements));
    steps.queries = {.counts = TRY(counts(terms, added)),
        .quarantined = TRY(quarantined(terms)),
        .closed_rows = rows_of(terms, added, Fragment::of("true"))};
    return steps;
}

Result<PromoteSteps> merge_of_replaced(const Terms& terms) {
    auto steps = TRY(replacing(terms));
    steps.queries.rewrite = Fragment::of(
        "SELECT _ingot_published_file, count(*) AS rows FROM _ingot_published GROUP BY ALL ORDER BY ALL");
    return steps;
}

Result<PromoteSteps> rebuild_of_collected(const Terms& terms) {
    PromoteSteps steps;
    TRY(observe(terms, steps.statements));
    TRY(collect_all(terms, steps.statements));
    steps.queries = {.counts = TRY(counts(terms, added)),
        .quarantined = TRY(quarantined(terms)),
        .closed_rows = rows_of(terms, added, Fragment::of("true"))};
    return steps;
}

Result<Fragment> open_values(const Terms& terms) {
    const auto& shape = terms.shape;
    if (!shape.is_keyed() || shape.is_changes() || !shape.has_end()) return Fragment{};
    return TRY(endless(terms)) + Fragment::of(" AS ") + terms.column(shape.valid_to) +
           Fragment::of(", true AS ") + terms.column(shape.is_current);
}

}  // namespace

Result<PromotePlan> compile(
    const SilverSpec& spec, const ModelOutput& model, const sql::Dialect& dialect) {
    const auto shape = TRY(resolve(spec, model));
    const Terms terms{shape, dialect};
    const bool keyed = shape.is_keyed();
    const bool replaces = shape.history == History::replace;
    return PromotePlan{.published = shape.published,
        .keys = key_columns(shape),
        .observed = observed_columns(terms),
        .open_values = TRY(open_values(terms)),
        .keeps_observations = keyed,
        .merges_in_order = shape.merges_in_order(),
        .looks_up_keys = keyed && !shape.infers(),
        .merge_reads_rows_once = shape.keeps_last_of_load(),
        .rebuild_reads_rows_once = keyed && folds_in_order(terms),
        .merge = TRY(keyed      ? merge_of_keyed(terms)
                     : replaces ? merge_of_replaced(terms)
                                : merge_of_collected(terms)),
        .rebuild = TRY(keyed      ? rebuild_of_keyed(terms)
                       : replaces ? replacing(terms)
                                  : rebuild_of_collected(terms)),
        .latest_of_store = TRY(latest(terms, Fragment::of("_ingot_store")))};
}

}  // namespace ingot::silver
