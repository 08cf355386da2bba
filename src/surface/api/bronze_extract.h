#pragma once
// The foundry's bronze_extract: configurations in, one partition for each of their datasets out.
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "event/events.h"
#include "project/foundry/config.h"
#include "surface/api/run.h"

namespace ingot::api {

struct ExtractRequest {
    std::vector<std::string> configs;  // files
    Date date{};
    int workers = 1;                    // datasets at once
    std::optional<LoadPattern> load{};  // wins over the configurations
    bool dry_run = false;               // check, and open the storage backends
    bool validate_only = false;
    bool onprem = false;  // refuse storage that is not on our own ground
    config::Named<std::string> vars{};
    int threads = 0;
    std::string memory{};
};

struct Extracted {
    std::string config_name;
    std::string file;
    std::string table;                   // system.table
    std::string relative_path;           // of the partition, with a / at its end
    std::optional<StepReport> report{};  // nothing where only checks were wanted
};

struct ExtractOutcome {
    std::string run_id;
    std::vector<Extracted> extracted;
    double seconds = 0;
    int exit_status = 0;
};

// Files with mistakes are in `diagnostics` and left out; the others run. A failure does not stop the others.
Result<ExtractOutcome> bronze_extract(const ExtractRequest& request, const AttachSinks& attach,
    const std::atomic<bool>& stop, Diagnostics& diagnostics);

// What storage_scope onprem has against a configuration, as one error each.
void check_onprem(const foundry::Config& config, Diagnostics& diagnostics);

}  // namespace ingot::api
