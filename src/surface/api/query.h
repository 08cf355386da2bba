#pragma once
// Reading what is published, through the warehouse's catalogue: one version of every table.
#include <string>

#include "surface/api/workbench.h"

namespace ingot::api {

enum class Format { table, csv, json, jsonl, parquet, arrow };

struct QueryRequest {
    std::string sql;
    std::string warehouse;               // a URL, or absolute
    storage::Stores::Settings stores{};  // for a warehouse and views that lie in object stores
    Format format = Format::table;
    int threads = 0;
    std::string memory;
};

// Writes the answer to stdout. ENG101/SQL101/SQL103 with the place in the SQL; STG001 when nothing is published yet.
Status query(const QueryRequest& request);

// The same over what stood when a run ended. RUN103 for a run that is not known, STG106 for what is gone since.
Status query_as_of_run(
    Workbench& workbench, const QueryRequest& request, const std::string& run_id);

// Runs a SELECT and writes its rows to stdout, for the formats that are files; a reader that leaves early ends it quietly.
Status copy_to_stdout(engine::Session& session, const std::string& select, Format format);

// Rows as aligned text, NULL as NULL.
std::string as_table(const engine::Rows& rows);

}  // namespace ingot::api
