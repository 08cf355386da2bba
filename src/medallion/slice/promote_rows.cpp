#include <algorithm>

#include "base/suggest.h"
#include "medallion/slice/history.sql.h"
#include "medallion/slice/kept.sql.h"
#include "medallion/slice/rows.h"
#include "medallion/slice/winners.sql.h"

namespace ingot::slice {

namespace {

using sql::duckdb;
using sql::Fragment;

Fragment all_rows(const Columns& columns) {
    return Fragment::of("SELECT ") + duckdb().columns(names_of(columns)) + Fragment::of(" FROM ") +
           duckdb().identifier(incoming);
}

Result<Promotion> keep_newest(
    Model model, const RowOrder& by, const OutputNames& names, const Columns& columns) {
    const auto all = duckdb().columns(names_of(columns));
    const auto rows = duckdb().identifier(incoming);
    const auto winners = Fragment::of("winners");
    const auto order = duckdb().identifier(*by.order);
    Promotion promotion;
    promotion.before.push_back(TRY(sql::fill(embedded::medallion_slice_winners_sql,
        {{"winners", winners}, {"rows", rows}, {"keys", duckdb().columns(by.keys)},
            {"order", order}})));
    auto kept = TRY(sql::fill(embedded::medallion_slice_kept_sql,
        {{"columns", all}, {"rows", rows}, {"winners", winners}}));
    if (model == Model::scd_type_2)
        promotion.artifacts.push_back(
            {names.history, TRY(sql::fill(embedded::medallion_slice_history_sql,
                                {{"columns", all}, {"rows", rows}, {"winners", winners}}))});
    promotion.artifacts.push_back(
        {model == Model::full_merge_dedupe ? names.full : names.current, std::move(kept)});
    return promotion;
}

Promotion keep_all(Model model, const OutputNames& names, const Columns& columns) {
    const auto rows = all_rows(columns);
    if (model == Model::full_merge_dedupe) return {.artifacts = {{names.full, rows}}};
    if (model == Model::scd_type_1) return {.artifacts = {{names.current, rows}}};
    const auto history =
        Fragment::of("SELECT *, 1 AS is_current FROM (") + rows + Fragment::of(")");
    return {.artifacts = {{names.history, history}, {names.current, rows}}};
}

}  // namespace

OutputNames output_names(const RowSilver& silver) {
    return {silver.full_output_name, silver.cdc_output_name, silver.history_output_name,
        silver.current_output_name};
}

Model model_for(const RowSilver& silver, std::string_view load_pattern) {
    if (silver.model_profile)
        if (const auto model = model_of_profile(*silver.model_profile)) return *model;
    return silver.model.value_or(model_of_pattern(load_pattern));
}

Result<Promotion> promote_rows(
    Model model, const RowOrder& by, const OutputNames& names, const Columns& columns) {
    if (model == Model::periodic_snapshot)
        return Promotion{.artifacts = {{names.full, all_rows(columns)}}};
    if (model == Model::incremental_merge)
        return Promotion{.artifacts = {{names.cdc, all_rows(columns)}}};
    const auto missing = std::ranges::find_if(
        by.keys, [&](const auto& key) { return find_column(columns, key) == nullptr; });
    if (by.keys.empty() || missing != by.keys.end()) {
        auto promotion = keep_all(model, names, columns);
        promotion.warnings.push_back(
            "SIL103 every row is kept, since " +
            (by.keys.empty() ? std::string("there are no primary keys")
                             : "the primary key '" + *missing + "' is not a column of the rows" +
                                   did_you_mean(*missing, names_of(columns))));
        return promotion;
    }
    if (!by.order || !find_column(columns, *by.order))
        return fail("PRJ106", "the order column '" + by.order.value_or("") +
                                  "' is not a column of the rows" +
                                  did_you_mean(by.order.value_or(""), names_of(columns)));
    return keep_newest(model, by, names, columns);
}

}  // namespace ingot::slice
