#pragma once
// sources/*.yml: bronze datasets.
#include <vector>

#include "project/read/context.h"

namespace ingot::project {

std::vector<Dataset> read_sources(ReadContext& context, Diagnostics& diagnostics);

}  // namespace ingot::project
