#pragma once
// Sample data to try patterns with: orders of a shop, as snapshots, as changes, as versions, and as hybrids of a rotating
// reference and deltas upon it.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "platform/engine/session.h"

namespace ingot::run {

enum class SamplePattern { full, cdc, current_history, hybrids };

struct SamplesOrder {
    std::string folder;  // absolute
    std::vector<SamplePattern> patterns;
    Date first{};
    std::int64_t days = 60;
    std::int64_t rows = 250'000;  // of each pattern, over all days
    double growth = 0.02;         // rows a day more than on the first, as a part of that
    bool updates = true;
    std::int64_t seed = 42;
    bool parquet = false;
};

struct SampleFile {
    std::string path;  // relative to the folder
    std::int64_t rows = 0;
};

// Equal orders give equal files. Configurations that land them stand in configs/.
Result<std::vector<SampleFile>> write_samples(const SamplesOrder& order, engine::Session& session);

}  // namespace ingot::run
