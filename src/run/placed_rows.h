#pragma once
// Rows of a Parquet file by their place in it. The engine's own word for that may be the name of a column of the file.
#include <string>
#include <string_view>

#include "data/columns.h"
#include "sql/fragment.h"

namespace ingot::run {

// What the engine calls the place of a row in its file.
inline constexpr std::string_view engine_place = "file_row_number";

// The file's columns, which have to be said, and the place of each row as _ingot_place, from 0.
sql::Fragment placed_rows(const std::string& path, const Columns& columns);

}  // namespace ingot::run
