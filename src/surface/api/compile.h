#pragma once
// Datasets as the SQL that the engine runs for them.
#include <string>
#include <vector>

#include "run/compiled.h"
#include "surface/api/workbench.h"

namespace ingot::api {

struct CompiledDataset {
    std::string dataset;
    std::string file;  // relative to the project: target/compiled/<layer>/<name>.sql, written
    run::CompiledStep step;
};

// Silver, gold and snapshot; bronze has no SQL of an author.
Result<std::vector<CompiledDataset>> compile(
    Workbench& workbench, const std::vector<DatasetId>& ids);

// The statements with their names as comments.
std::string as_sql(const CompiledDataset& compiled);

}  // namespace ingot::api
