#pragma once
// Looking before planning: what stands in the warehouse and what the sources show. Changes nothing.
#include "plan/plan.h"
#include "surface/api/run.h"

namespace ingot::api {

// For the asked datasets and everything they read.
Result<Survey> survey(
    Workbench& workbench, const std::vector<DatasetId>& ids, const std::vector<Date>& dates);

// What state: and result: in a selection look at; reads nothing when the selection names neither.
Result<SelectionContext> selection_context(Workbench& workbench,
    const std::vector<std::string>& select, const std::vector<std::string>& exclude);

// The datasets whose step failed in the last run, from target/run_results.json.
Result<std::vector<DatasetId>> failed_last_time(Workbench& workbench);

// target/run_results.json, target/manifest.json and the journal.
Status record(Workbench& workbench, const RunRequest& request, const RunOutcome& outcome,
    Instant started, Instant finished, double seconds);

}  // namespace ingot::api
