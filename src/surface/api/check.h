#pragma once
// Expectations against the data that stands.
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "surface/api/workbench.h"

namespace ingot::api {

struct CheckedRule {
    std::string name;
    std::string on_fail;
    std::int64_t failed = 0;
    std::string status;  // ok, warn, fail, or skip with the reason
    std::string reason{};
};

struct CheckedDataset {
    std::string dataset;
    bool stands = true;
    std::int64_t rows = 0;
    std::vector<CheckedRule> rules;
};

// Datasets that have rules. A rule with on_fail: fail that does is QUAL001 in `diagnostics`, at the rule's place; others
// only warn.
Result<std::vector<CheckedDataset>> check(
    Workbench& workbench, const std::vector<DatasetId>& ids, Diagnostics& diagnostics);

}  // namespace ingot::api
