#pragma once
// Sample data by the names that people type.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ingot::api {

struct GenerateRequest {
    std::string folder;
    std::vector<std::string> patterns{};  // full, cdc, current_history, hybrids
    Date first{};
    std::int64_t days = 60;
    std::int64_t rows = 250'000;
    double growth = 0.02;
    bool updates = true;
    std::int64_t seed = 42;
    std::string format = "csv";
    int threads = 0;
    std::string memory{};
};

struct GeneratedSum {
    std::int64_t files = 0;
    std::int64_t rows = 0;
};

// What was written, by the folder of each pattern. USE101 for a pattern or format that does not exist.
Result<std::map<std::string, GeneratedSum>> generate(const GenerateRequest& request);

}  // namespace ingot::api
