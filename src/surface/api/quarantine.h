#pragma once
// What was kept out of the datasets: how much of it by rule and slice, and the rows.
#include <string>
#include <vector>

#include "surface/api/query.h"
#include "surface/api/workbench.h"

namespace ingot::api {

struct RejectedRows {
    std::string slice;  // empty where a table is computed whole
    std::string rule;
    std::int64_t rows = 0;
};

struct QuarantineOf {
    std::string dataset;
    std::int64_t rows = 0;
    std::vector<RejectedRows> rejected;
};

// Only datasets that have any.
Result<std::vector<QuarantineOf>> quarantined(
    Workbench& workbench, const std::vector<DatasetId>& ids);

struct ShowQuarantine {
    DatasetId dataset = 0;
    std::optional<std::int64_t> limit;
    Format format = Format::table;
};

// Writes the rows to stdout; false when there are none.
Result<bool> show_quarantine(Workbench& workbench, const ShowQuarantine& wanted);

}  // namespace ingot::api
