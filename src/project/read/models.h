#pragma once
// models/**: silver and gold datasets from SQL files, YAML files, or one of each with the same stem.
#include <vector>

#include "project/read/context.h"

namespace ingot::project {

std::vector<Dataset> read_models(ReadContext& context, Diagnostics& diagnostics);

}  // namespace ingot::project
