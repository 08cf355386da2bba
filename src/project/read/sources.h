#pragma once
// sources/*.yml: bronze datasets.
#include <vector>

#include "project/foundry/config.h"
#include "project/read/context.h"

namespace ingot::project {

std::vector<Dataset> read_sources(ReadContext& context, Diagnostics& diagnostics);

// The bronze dataset of a foundry configuration that stands outside of any project.
std::optional<Dataset> dataset_of(const foundry::Config& config, Diagnostics& diagnostics);

}  // namespace ingot::project
