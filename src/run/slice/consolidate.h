#pragma once
// Silver that was written in chunks (--chunk-tag) as one partition again.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "run/slice/slice_job.h"

namespace ingot::run {

struct ConsolidateJob {
    std::string silver_base;  // absolute
    bool prune_chunks = false;
    // Both: of the rows of one key the newest is kept.
    std::vector<std::string> primary_keys;
    std::optional<std::string> order_column;
    std::chrono::seconds lock_patience{60};
};

// Every partition below the base that has notes of chunks: the files that the notes name are united, artifact by
// artifact and folder by folder, and put in place with _metadata.json and _checksums.json. Running it again gives the
// same. One report for each partition.
Result<std::vector<StepReport>> consolidate(const SliceContext& context, const ConsolidateJob& job);

}  // namespace ingot::run
