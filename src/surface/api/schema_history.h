#pragma once
// How the schema of a bronze table came to be what it is (schema: evolve).
#include <string>
#include <vector>

#include "data/columns.h"
#include "surface/api/workbench.h"

namespace ingot::api {

struct ColumnChange {
    std::int64_t version = 0;
    std::string slice;  // date
    std::string run_id;
    std::string column;
    std::string before;  // type; empty: the column was new, or had no value yet
    std::string after;
};

struct SchemaHistory {
    std::int64_t version = 0;  // 0: the table has no schema of its own, or nothing has landed
    Columns columns;
    std::vector<ColumnChange> changes;  // the oldest first
};

// PRJ109 when the dataset is not bronze.
Result<SchemaHistory> schema_history(Workbench& workbench, DatasetId dataset);

}  // namespace ingot::api
