// Slices of bronze as one relation. Each part is read on its own, so that slice, file and row are constants and sums.
#include <algorithm>

#include "medallion/bronze/shared_type.h"
#include "run/land.h"
#include "run/placed_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;

bool speaks(const StandingSlice& slice, const Column& column) {
    return slice.rows > 0 && !has_name(slice.empty_columns, column.name);
}

// The schema that the table has of its own, as the latest slice to change it left it.
const StandingSlice* schema_of_table(const StandingSlices& slices) {
    const StandingSlice* latest = nullptr;
    for (const auto& [date, slice] : slices)
        if (slice.schema_version > (latest ? latest->schema_version : 0)) latest = &slice;
    return latest;
}

Columns shared_columns(const StandingSlices& slices) {
    Columns columns;
    const auto* schema = schema_of_table(slices);
    for (const auto& [date, slice] : slices)
        for (const auto& column : slice.columns)
            if (!find_column(columns, column.name)) columns.push_back(column);
    for (auto& column : columns) {
        const auto* own = schema ? find_column(schema->schema, column.name) : nullptr;
        if (own && !own->type.empty()) {
            column.type = own->type;
            continue;
        }
        std::vector<std::string> spoken, silent;
        for (const auto& [date, slice] : slices)
            if (const auto* here = find_column(slice.columns, column.name))
                (speaks(slice, *here) ? spoken : silent).push_back(here->type);
        column.type = bronze::shared_type(spoken.empty() ? silent : spoken);
    }
    return columns;
}

// Types of nested columns are spelled by the engine itself and may hold any field name.
Fragment cast(const Fragment& value, const std::string& type) {
    return Fragment::of("CAST(") + value + Fragment::of(" AS ") + Fragment::authored(type) +
           Fragment::of(")");
}

Fragment projection(const StandingSlice& slice, const Columns& columns) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& column : columns) {
        const auto* here = find_column(slice.columns, column.name);
        auto value = here ? d.identifier(here->name) : Fragment::of("NULL");
        if (!here || here->type != column.type) value = cast(value, column.type);
        parts.push_back(value + Fragment::of(" AS ") + d.identifier(column.name));
    }
    return sql::join(parts, Fragment::of(", "));
}

Fragment place_in_part(const StandingSlice& slice) {
    return find_column(slice.columns, engine_place) ? Fragment::of("_ingot_place")
                                                    : Fragment::of("file_row_number");
}

Fragment rows_of_part(const StandingSlice& slice, std::size_t part, bool with_place) {
    const auto read = Fragment::of("read_parquet(") + sql::duckdb().literal(slice.urls[part]);
    if (!with_place) return read + Fragment::of(", hive_partitioning = false)");
    if (find_column(slice.columns, engine_place))
        return placed_rows(slice.urls[part], slice.columns);
    // Not in a query of its own, which costs much where slices are many.
    return read + Fragment::of(", file_row_number = true, hive_partitioning = false)");
}

// The source file of each row of a part that begins at `begin` of its slice.
Fragment file_of_rows(const StandingSlice& slice, std::int64_t begin, std::int64_t rows) {
    const auto& d = sql::duckdb();
    Fragment cases, last = d.literal("");
    std::int64_t end = 0;
    for (const auto& [name, count] : slice.inputs) {
        end += count;
        if (count == 0 || end <= begin) continue;
        last = d.literal(name);
        if (end >= begin + rows) break;
        cases = cases + Fragment::of(" WHEN ") + place_in_part(slice) + Fragment::of(" < ") +
                d.integer(end - begin) + Fragment::of(" THEN ") + last;
    }
    return cases.empty() ? last
                         : Fragment::of("CASE") + cases + Fragment::of(" ELSE ") + last +
                               Fragment::of(" END");
}

struct PartOfSlice {
    std::string date;
    const StandingSlice& slice;
    std::size_t part;
    std::int64_t begin;
};

Fragment select_part(const PartOfSlice& of, const Columns& columns, bool with_own) {
    const auto& d = sql::duckdb();
    auto out = Fragment::of("SELECT ") + projection(of.slice, columns);
    if (with_own)
        out = out + Fragment::of(", DATE ") + d.literal(of.date) +
              Fragment::of(" AS _ingot_slice, ") +
              file_of_rows(of.slice, of.begin, of.slice.part_rows[of.part]) +
              Fragment::of(" AS _ingot_file, ") + place_in_part(of.slice) + Fragment::of(" + ") +
              d.integer(of.begin + 1) + Fragment::of(" AS _ingot_row");
    return out + Fragment::of(" FROM ") + rows_of_part(of.slice, of.part, with_own);
}

Fragment no_rows(const Columns& columns, bool with_own) {
    std::vector<Fragment> parts;
    for (const auto& column : columns)
        parts.push_back(cast(Fragment::of("NULL"), column.type) + Fragment::of(" AS ") +
                        sql::duckdb().identifier(column.name));
    if (with_own)
        parts.push_back(Fragment::of(
            "CAST(NULL AS DATE) AS _ingot_slice, CAST(NULL AS VARCHAR) AS _ingot_file, CAST(NULL AS BIGINT) AS _ingot_row"));
    return Fragment::of("SELECT ") + sql::join(parts, Fragment::of(", ")) +
           Fragment::of(" WHERE false");
}

Fragment select_all(const StandingSlices& slices, const Columns& columns, bool with_own) {
    std::vector<Fragment> parts;
    for (const auto& [date, slice] : slices) {
        std::int64_t begin = 0;
        for (std::size_t i = 0; i < slice.urls.size(); begin += slice.part_rows[i], ++i)
            if (slice.part_rows[i] > 0)
                parts.push_back(select_part({date, slice, i, begin}, columns, with_own));
    }
    return parts.empty() ? no_rows(columns, with_own)
                         : sql::join(parts, Fragment::of(" UNION ALL "));
}

}  // namespace

Result<BronzeView> bronze_view(const StandingSlices& slices, const Columns& declared) {
    BronzeView view{.columns = shared_columns(slices), .select = {}, .select_plain = {}};
    for (const auto& column : declared)
        if (!find_column(view.columns, column.name)) view.columns.push_back(column);
    view.select = select_all(slices, view.columns, true);
    // Where no slice had a column and none is declared, a relation still needs one: our own.
    view.select_plain = select_all(slices, view.columns, view.columns.empty());
    return view;
}

sql::Fragment bronze_rows(const StandingSlices& slices, const Columns& like) {
    return select_all(slices, like, true);
}

}  // namespace ingot::run
