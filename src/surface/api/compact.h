#pragma once
// Fewer and larger files for standing tables, and the end of versions that nobody needs any more.
#include <chrono>
#include <string>
#include <vector>

#include "run/compact.h"
#include "surface/api/workbench.h"

namespace ingot::api {

struct CompactRequest {
    run::CompactOrder order;
    std::chrono::hours retain{24 * 7};
};

struct CompactedTable {
    std::string dataset;
    run::Compacted done;
    std::size_t expired = 0;  // files of versions older than retained
};

// Tables of silver and gold among `ids`; views and bronze are passed over.
Result<std::vector<CompactedTable>> compact(
    Workbench& workbench, const std::vector<DatasetId>& ids, const CompactRequest& request);

}  // namespace ingot::api
