#pragma once
// What the engine told about a file it wrote, as the statistics JSON that readers prune files by.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/columns.h"

namespace ingot::table {

// `column_statistics` is the text of that column in the row which COPY … TO … (FORMAT parquet, RETURN_STATS) gives for
// the file; the engine has them at hand, so they cost nothing. Bounds are given for numbers, dates, times and short
// texts of top-level columns; NULL counts for all of these. What is not understood is left out, which is always right.
std::string stats_json(
    std::int64_t rows, const Columns& columns, std::string_view column_statistics);

// Between which values, as text that casts to the column's type, a file holds a column; NULLs aside.
struct Bounds {
    std::string low;
    std::string high;
};

// What statistics that stats_json wrote say of columns of these names; nothing where they do not say it exactly.
std::vector<std::optional<Bounds>> bounds_in(
    std::string_view stats, const std::vector<std::string>& columns);

}  // namespace ingot::table
