#pragma once
// A silver table against what its inputs say, computed again from nothing.
#include <cstdint>
#include <string>

#include "run/context.h"

namespace ingot::run {

struct Recomputed {
    std::string why_not{};     // nothing was compared, and why
    std::int64_t missing = 0;  // rows that the inputs give and the table lacks
    std::int64_t surplus = 0;  // rows that the table has and the inputs do not give
};

Result<Recomputed> recompute_silver(const RunContext& context, const Node& node);

}  // namespace ingot::run
