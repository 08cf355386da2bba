#include "run/quarantine.h"

#include "run/land.h"
#include "run/views.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;

Result<std::vector<state::SideFile>> of_slices(storage::FileSystem& files, const Node& node) {
    std::vector<state::SideFile> found;
    for (const auto& [date, slice] : TRY(standing_slices(files, node)))
        if (slice.quarantine) found.push_back({*slice.quarantine, slice.quarantined, date});
    return found;
}

Fragment read_files(
    const storage::FileSystem& files, const std::vector<state::SideFile>& quarantine) {
    std::vector<std::string> urls;
    for (const auto& file : quarantine) urls.push_back(files.url(file.path));
    return Fragment::of("read_parquet(") + sql::duckdb().list(urls) +
           Fragment::of(", union_by_name = true, hive_partitioning = false)");
}

Fragment bronze_rows(
    const storage::FileSystem& files, const std::vector<state::SideFile>& quarantine) {
    std::vector<Fragment> selects;
    for (const auto& file : quarantine)
        selects.push_back(Fragment::of("SELECT reason AS _ingot_rule, DATE ") +
                          sql::duckdb().literal(file.slice) +
                          Fragment::of(" AS _ingot_slice, file, line, text FROM ") +
                          read_files(files, {file}));
    return sql::join(selects, Fragment::of(" UNION ALL "));
}

// As `quarantine ls` counts them: without the value that did not fit.
const auto reason_of_row =
    Fragment::of("regexp_replace(_ingot_rule, ': ''.*'' is no ', ': … is no ')");

// The names and what they saw, in the same order; a reason of our own (a NULL key) saw nothing.
const auto rules_of_row =
    Fragment::of("array_to_string(list_transform(_ingot_rules, lambda f: f.rule), ', ')");
const auto observed_of_row = Fragment::of(
    "array_to_string(list_transform(_ingot_rules, lambda f: coalesce(f.observed, 'NULL')), ', ')");

// Names of the rules that a row failed, or the reason of our own.
Fragment names_of_rules(Layer layer) {
    if (layer == Layer::bronze)
        return Fragment::of("[_ingot_rule, ") + reason_of_row + Fragment::of("]");
    const auto names = Fragment::of("list_transform(_ingot_rules, lambda f: f.rule)");
    if (layer != Layer::silver) return names;
    return Fragment::of("coalesce(") + names + Fragment::of(", [_ingot_reason])");
}

// True or false for every row.
Fragment is_meant(Layer layer, const WhichRejected& which) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts{Fragment::of("true")};
    if (!which.rules.empty())
        parts.push_back(Fragment::of("list_has_any(") + names_of_rules(layer) + Fragment::of(", ") +
                        d.list(which.rules) + Fragment::of(")"));
    // Rows of gold are of no slice.
    if (layer != Layer::silver && layer != Layer::bronze &&
        !(which.slice.empty() && which.older_than.empty()))
        return Fragment::of("false");
    if (!which.slice.empty())
        parts.push_back(Fragment::of("_ingot_slice = CAST(") + d.literal(which.slice) +
                        Fragment::of(" AS DATE)"));
    if (!which.older_than.empty())
        parts.push_back(Fragment::of("_ingot_slice < CAST(") + d.literal(which.older_than) +
                        Fragment::of(" AS DATE)"));
    if (!which.where.empty()) parts.push_back(Fragment::authored("(" + which.where + "\n)"));
    return Fragment::of("((") + sql::join(parts, Fragment::of(" AND ")) +
           Fragment::of(") IS TRUE)");
}

Fragment whole_rows(
    const storage::FileSystem& files, Layer layer, const std::vector<state::SideFile>& quarantine) {
    if (layer == Layer::bronze) return bronze_rows(files, quarantine);
    return Fragment::of("SELECT *, array_to_string(") + names_of_rules(layer) +
           Fragment::of(", ', ') AS _ingot_rule, ") + observed_of_row +
           Fragment::of(" AS _ingot_observed FROM ") + read_files(files, quarantine);
}

// Rows of silver or gold as people are shown them; `without` names columns that the relation has already.
Fragment shown(Layer layer, const Fragment& relation, const Fragment& without) {
    if (layer != Layer::silver)
        return Fragment::of("SELECT ") + rules_of_row + Fragment::of(" AS _ingot_rule, ") +
               observed_of_row + Fragment::of(" AS _ingot_observed, * EXCLUDE (_ingot_rules") +
               without + Fragment::of(") FROM ") + relation;
    return Fragment::of("SELECT coalesce(") + rules_of_row +
           Fragment::of(", _ingot_reason) AS _ingot_rule, ") + observed_of_row +
           Fragment::of(
               " AS _ingot_observed, _ingot_slice, _ingot_file, _ingot_row, "
               "* EXCLUDE (_ingot_rules, _ingot_reason, _ingot_slice, _ingot_file, _ingot_row") +
           without + Fragment::of(") FROM ") + relation;
}

}  // namespace

Fragment rejected_rows(const storage::FileSystem& files, Layer layer,
    const std::vector<state::SideFile>& quarantine, const WhichRejected& which) {
    return Fragment::of("SELECT * FROM (") + whole_rows(files, layer, quarantine) +
           Fragment::of(") WHERE ") + is_meant(layer, which);
}

Fragment other_rejected_rows(const storage::FileSystem& files, Layer layer,
    const std::vector<state::SideFile>& quarantine, const WhichRejected& which) {
    const auto columns = layer == Layer::bronze
                             ? Fragment::of("file, line, text, _ingot_rule AS reason")
                             : Fragment::of("* EXCLUDE (_ingot_rule, _ingot_observed)");
    return Fragment::of("SELECT ") + columns + Fragment::of(" FROM (") +
           whole_rows(files, layer, quarantine) + Fragment::of(") WHERE NOT ") +
           is_meant(layer, which);
}

Result<std::vector<state::SideFile>> quarantine_files(
    storage::FileSystem& files, table::TableFormat& tables, const Node& node) {
    if (node.dataset.bronze()) return of_slices(files, node);
    const auto standing = TRY(standing_of(tables, node));
    return standing ? standing->quarantine : std::vector<state::SideFile>{};
}

Result<std::optional<state::Standing>> standing_of(table::TableFormat& tables, const Node& node) {
    if (node.dataset.bronze() || is_view(node)) return std::nullopt;
    const auto latest = TRY(tables.latest_state(node.folder));
    if (!latest || latest->state.empty()) return std::nullopt;
    return TRY(state::parse_standing(latest->state));
}

Fragment quarantine_rows(
    const storage::FileSystem& files, Layer layer, const std::vector<state::SideFile>& quarantine) {
    if (layer == Layer::bronze) return bronze_rows(files, quarantine);
    return shown(layer, read_files(files, quarantine), {});
}

Fragment quarantine_rows(const storage::FileSystem& files, Layer layer,
    const std::vector<state::SideFile>& quarantine, const WhichRejected& which) {
    const auto meant = rejected_rows(files, layer, quarantine, which);
    if (layer == Layer::bronze) return meant;
    return shown(layer, Fragment::of("(") + meant + Fragment::of(")"),
        Fragment::of(", _ingot_rule, _ingot_observed"));
}

Fragment quarantine_counts(
    const storage::FileSystem& files, Layer layer, const std::vector<state::SideFile>& quarantine) {
    const auto counted = Fragment::of(") GROUP BY ALL ORDER BY ALL");
    const auto head =
        Fragment::of("SELECT CAST(slice AS VARCHAR) AS slice, rule, count(*) AS rows FROM (");
    if (layer == Layer::bronze)
        return head + Fragment::of("SELECT _ingot_slice AS slice, ") + reason_of_row +
               Fragment::of(" AS rule FROM (") + bronze_rows(files, quarantine) +
               Fragment::of(")") + counted;
    const auto from = Fragment::of(" FROM ") + read_files(files, quarantine);
    const auto names = Fragment::of("list_transform(_ingot_rules, lambda f: f.rule)");
    if (layer != Layer::silver)
        return head + Fragment::of("SELECT NULL AS slice, unnest(") + names +
               Fragment::of(") AS rule") + from + counted;
    return head + Fragment::of("SELECT _ingot_slice AS slice, unnest(coalesce(") + names +
           Fragment::of(", [_ingot_reason])) AS rule") + from + counted;
}

}  // namespace ingot::run
