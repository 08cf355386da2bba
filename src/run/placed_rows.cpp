#include "run/placed_rows.h"

#include "sql/dialect.h"

namespace ingot::run {

using sql::Fragment;

Fragment placed_rows(const std::string& path, const Columns& columns) {
    const auto read = Fragment::of("read_parquet(") + sql::duckdb().literal(path) +
                      Fragment::of(", hive_partitioning = false");
    if (find_column(columns, engine_place))
        return Fragment::of("(SELECT *, row_number() OVER () - 1 AS _ingot_place FROM ") + read +
               Fragment::of("))");
    return Fragment::of(
               "(SELECT * EXCLUDE (file_row_number), file_row_number AS _ingot_place FROM ") +
           read + Fragment::of(", file_row_number = true))");
}

}  // namespace ingot::run
