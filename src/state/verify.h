#pragma once
// Whether what stands is what was written: every file that a table or a checksum manifest names, with its size.
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/storage/file_system.h"
#include "platform/table/table.h"

namespace ingot::state {

struct Finding {
    std::string path;     // of the file, slice or table, in the file system
    std::string problem;  // "is missing", "has 12 bytes instead of 20" …
};

enum class Depth { sizes, hashes };

// Folders below `root` that hold a table.
Result<std::vector<std::string>> standing_tables(
    storage::FileSystem& files, const std::string& root);

// The newest version of one table, and the observation segments that its state names.
Result<std::vector<Finding>> verify_table(
    storage::FileSystem& files, table::TableFormat& tables, const std::string& folder);

// The parts of a slice of bronze, as its _checksums.json names them.
Result<std::vector<Finding>> verify_slice(
    storage::FileSystem& files, const std::string& folder, Depth depth);

// All slices below the root; with Depth::hashes every part is read.
Result<std::vector<Finding>> verify_bronze(
    storage::FileSystem& files, const std::string& root, Depth depth);

}  // namespace ingot::state
