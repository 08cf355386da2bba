#pragma once
// What was kept out of the datasets: how much of it by rule and slice, and the rows.
#include <string>
#include <vector>

#include "run/quarantine_change.h"
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
    std::int64_t released = 0;  // rows that stay in spite of a rule
    std::int64_t purged = 0;    // rows of which nothing is kept any more
};

// Only datasets that have any.
Result<std::vector<QuarantineOf>> quarantined(
    Workbench& workbench, const std::vector<DatasetId>& ids);

struct ShowQuarantine {
    DatasetId dataset = 0;
    run::WhichRejected which{};
    std::optional<std::int64_t> limit;
    Format format = Format::table;
};

// Writes the rows to stdout; false when there are none. USE101 as below.
Result<bool> show_quarantine(Workbench& workbench, const ShowQuarantine& wanted);

struct RetriedQuarantine {
    std::vector<QuarantineOf> before;  // without gold
    std::vector<QuarantineOf> after;
    std::vector<std::string> not_files;  // bronze datasets that cannot be read again
    RunOutcome outcome;
};

// Judges rejected rows by rules and types as they are now. Those of silver are taken from bronze: what passes stands in
// the table as if it had come right. Slices of bronze that have some are read from their files again, and silver that
// reads them takes in what they hold now.
Result<RetriedQuarantine> retry_quarantine(Workbench& workbench, const std::vector<DatasetId>& ids,
    const AttachSinks& attach, const std::atomic<bool>& stop);

struct ReleasedQuarantine {
    struct Of {
        std::string dataset;
        run::ReleasedCount released;
        std::int64_t left = 0;
    };
    std::vector<Of> of;
    RunOutcome outcome;
};

// Takes rejected rows of silver and gold tables in, in spite of a rule. USE101 for a condition that fits none of the
// datasets.
Result<ReleasedQuarantine> release_quarantine(Workbench& workbench,
    const std::vector<DatasetId>& ids, run::Release wanted, const AttachSinks& attach,
    const std::atomic<bool>& stop);

struct PurgedQuarantine {
    std::string dataset;
    std::int64_t purged = 0;
    std::int64_t left = 0;
};

// Forgets rejected rows. USE101 as above.
Result<std::vector<PurgedQuarantine>> purge_quarantine(
    Workbench& workbench, const std::vector<DatasetId>& ids, const run::WhichRejected& which);

}  // namespace ingot::api
