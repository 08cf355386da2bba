#pragma once
// Files of a FileSystem by a pattern: *, ? and [...] within a name, ** for any number of folders.
#include <string>
#include <string_view>
#include <vector>

#include "platform/storage/file_system.h"

namespace ingot::storage {

bool has_wildcard(std::string_view path);
// Names that begin with a dot are met only by patterns that do.
bool matches(std::string_view path, std::string_view pattern);
// Sorted by path. Lists the longest folder before the first wildcard.
Result<std::vector<FileInfo>> glob(FileSystem& files, const std::string& pattern);

}  // namespace ingot::storage
