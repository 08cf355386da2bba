#pragma once
// The foundry's silver_join, and the consolidation of silver that was written in chunks.
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "event/events.h"
#include "surface/api/silver_extract.h"

namespace ingot::api {

struct SilverJoinRequest {
    std::string config;       // a file with silver_join:; or
    std::string run_context;  // a file whose cfg has it; or neither, and the flags say everything
    // Flags, which win over the configuration.
    std::string left_path;
    std::string right_path;
    std::string output_path;
    std::string join_keys;  // a=b,c=d
    std::string join_type;
    std::string strategy;
    std::vector<std::string> formats;
    bool onprem = false;  // refuse storage that is not on our own ground
    int threads = 0;
    std::string memory;
};

// The report of the join; mistakes in files and flags are in `diagnostics`, and then there is none.
Result<std::optional<StepReport>> silver_join(
    const SilverJoinRequest& request, const AttachSinksTo& attach, Diagnostics& diagnostics);

struct SilverConsolidateRequest {
    std::string silver_base;
    bool prune_chunks = false;
    std::vector<std::string> primary_keys;
    std::optional<std::string> order_column;
    std::chrono::seconds lock_timeout{60};
    int threads = 0;
    std::string memory;
};

// One report for each partition with chunks.
Result<std::vector<StepReport>> silver_consolidate(
    const SilverConsolidateRequest& request, const AttachSinksTo& attach);

}  // namespace ingot::api
