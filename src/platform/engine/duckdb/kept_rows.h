#pragma once
// Rows that a session keeps for statements to come, as a table function. They are held as the engine holds results:
// without the statistics and checks of a temporary table, which cost as much again as reading a CSV file.
#include <string>

#include "duckdb/common/types/column/column_data_collection.hpp"
#include "duckdb/main/client_context.hpp"

namespace ingot::engine {

// Teaches a database `_ingot_kept(key)`.
void register_kept_rows(duckdb::DatabaseInstance& database);

// What the session's `_ingot_kept(key)` gives from now on: the rows, and last their numbers from 0, if `number` is a name.
void keep_rows(duckdb::ClientContext& context, const std::string& key,
    const duckdb::vector<std::string>& names, const std::string& number,
    duckdb::unique_ptr<duckdb::ColumnDataCollection> rows);

}  // namespace ingot::engine
