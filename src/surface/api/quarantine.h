#pragma once
// What was kept out of the datasets: how much of it by rule and slice, and the rows.
#include <string>
#include <vector>

#include "surface/api/query.h"
#include "surface/api/run.h"
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

struct RetriedQuarantine {
    std::vector<QuarantineOf> before;  // silver tables alone
    std::vector<QuarantineOf> after;
    RunOutcome outcome;
};

// Judges the rejected rows of silver tables by the rules as they are now, from bronze: what passes stands in the table as
// if it had come right.
Result<RetriedQuarantine> retry_quarantine(Workbench& workbench, const std::vector<DatasetId>& ids,
    const AttachSinks& attach, const std::atomic<bool>& stop);

}  // namespace ingot::api
