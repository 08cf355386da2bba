#pragma once
// Planning and running a project: from what was asked to a Plan, and from a Plan to reports and artifacts.
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "event/events.h"
#include "plan/plan.h"
#include "surface/api/workbench.h"

namespace ingot::api {

struct RunRequest {
    std::vector<std::string> select;
    std::vector<std::string> exclude;
    std::vector<Layer> layers;  // only these; empty: all
    std::vector<Date> dates;
    bool full_refresh = false;
    std::optional<Date> restate_from{};
    bool only_missing = false;  // slices that stand are not asked for again
    bool fail_fast = false;
    bool dry_run = false;
    int threads = 0;
};

// The plan for a request; looks at the sources and at what stands, changes nothing.
Result<Plan> plan(Workbench& workbench, const RunRequest& request);

struct RunOutcome {
    std::string run_id;
    std::vector<StepReport> reports;
    int exit_status = 0;  // the smallest non-zero of the failures
};

// Attaches sinks once the run's id is known.
using AttachSinks = std::function<void(Bus&, const std::string& run_id)>;

// Plans, executes, publishes the catalogue, writes target/run_results.json and the journal.
Result<RunOutcome> run(Workbench& workbench, const RunRequest& request, const AttachSinks& attach,
    const std::atomic<bool>& stop);

// The datasets that a selection names.
Result<std::vector<DatasetId>> selected(Workbench& workbench,
    const std::vector<std::string>& select, const std::vector<std::string>& exclude);

}  // namespace ingot::api
