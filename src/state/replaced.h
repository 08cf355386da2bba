#pragma once
// What replaced slices leave behind in stores that cannot exchange folders: parts that no record names any more.
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/storage/file_system.h"

namespace ingot::state {

// Parts of standing slices below the root that their slice's _metadata.json does not name, and that it replaced or that
// are older than it: others may be somebody's who has not published yet.
Result<std::vector<storage::FileInfo>> replaced_parts(
    storage::FileSystem& files, const std::string& root);

}  // namespace ingot::state
