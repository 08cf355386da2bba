// Parquet keeps its columns and types; files of one slice are united by name.
#include "medallion/bronze/read.h"
#include "run/landing.h"

namespace ingot::run {

namespace {

using sql::Fragment;

Error unreadable(const LandingOrder& order, const Error& error) {
    return {"EXT102", order.inputs.front().name + ": " + error.message, {}, false};
}

Result<Fragment> projection(const LandingOrder& order, const Columns& there) {
    std::vector<bronze::ColumnPassage> columns;
    for (const auto& chosen : choose_columns(order, names_of(there))) {
        const auto* column = find_column(there, chosen.name);
        const auto type = !chosen.declared.empty() ? chosen.declared
                          : column                 ? column->type
                                                   : "VARCHAR";
        const auto passage = !chosen.is_there ? bronze::Passage::absent
                             : chosen.declared.empty() || chosen.declared == column->type
                                 ? bronze::Passage::as_read
                                 : bronze::Passage::cast;
        // Only the types that are cast have to be spelled; a nested one may hold any field name.
        columns.push_back(
            {chosen.name, passage == bronze::Passage::as_read ? "VARCHAR" : type, passage});
    }
    if (columns.empty()) return fail("EXT103", order.inputs.front().name + ": it has no columns");
    return bronze::projection(columns);
}

}  // namespace

Result<LandedFile> land_parquet(const LandingOrder& order) {
    std::vector<std::string> paths;
    for (const auto& input : order.inputs) paths.push_back(input.path);
    const auto relation = Fragment::of("read_parquet(") + sql::duckdb().list(paths) +
                          Fragment::of(", union_by_name = true, hive_partitioning = false)");
    const auto there = order.session.describe("SELECT * FROM " + relation.text());
    if (!there)
        return std::unexpected(
            is_final(there.error()) ? there.error() : unreadable(order, there.error()));
    auto select = Fragment::of("SELECT ") + TRY(projection(order, *there)) +
                  Fragment::of(" FROM ") + relation;
    LandedFile landed{.path = order.scratch + "/rows.parquet",
        .quarantine_path = {},
        .rows_by_input = {},
        .warnings = {}};
    const auto rows = order.session.execute(
        bronze::copy_to_parquet({.select = limited(std::move(select), order.options),
                                    .path = landed.path,
                                    .compression = order.options.parquet_compression})
            .text());
    if (!rows)
        return std::unexpected(
            is_final(rows.error()) ? rows.error() : unreadable(order, rows.error()));
    landed.rows = *rows;
    auto left = landed.rows;
    for (const auto& path : paths) {
        const auto counted = TRY(order.session.query("SELECT num_rows FROM parquet_file_metadata(" +
                                                     sql::duckdb().literal(path).text() + ")"));
        landed.rows_by_input.push_back(std::min(left, counted.integer(0, 0)));
        left -= landed.rows_by_input.back();
    }
    return landed;
}

}  // namespace ingot::run
