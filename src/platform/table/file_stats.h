#pragma once
// What the engine told about a file it wrote, as the statistics JSON that readers prune files by.
#include <cstdint>
#include <string>
#include <string_view>

#include "data/columns.h"

namespace ingot::table {

// `column_statistics` is the text of that column in the row which COPY … TO … (FORMAT parquet, RETURN_STATS) gives for
// the file; the engine has them at hand, so they cost nothing. Bounds are given for numbers, dates, times and short
// texts of top-level columns; NULL counts for all of these. What is not understood is left out, which is always right.
std::string stats_json(
    std::int64_t rows, const Columns& columns, std::string_view column_statistics);

}  // namespace ingot::table
