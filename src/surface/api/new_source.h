#pragma once
// A sources/*.yml to start from.
#include <string>

#include "base/result.h"

namespace ingot::api {

struct NewSource {
    std::string project_dir;  // empty: here, or the nearest parent with an ingot.yml
    std::string system;
    std::string type = "file";
    std::string table = "orders";
};

// The file that was written, relative to the project. USE101 for a type that does not exist or a file that does.
Result<std::string> write_new_source(const NewSource& wanted);

}  // namespace ingot::api
