#pragma once
// A dataset as the SQL that the engine runs for it.
#include <string>

#include "project/manifest.h"

namespace ingot::api {

// The author's SELECT with the rules as columns beside it; empty for bronze.
Result<std::string> compiled(const Manifest& manifest, const Node& node);

}  // namespace ingot::api
