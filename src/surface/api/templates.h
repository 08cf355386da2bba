#pragma once
// Projects to begin with.
#include <string>
#include <vector>

#include "base/result.h"

namespace ingot::api {

// Writes the template's files below `folder` and gives their paths; refuses to write over a file that is there.
Result<std::vector<std::string>> write_template(const std::string& folder, const std::string& name);

}  // namespace ingot::api
