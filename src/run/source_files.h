#pragma once
// Files of sources wherever they lie: on the disk, or in a store, from where they are brought before they are read.
#include <string>
#include <vector>

#include "platform/connector/file.h"
#include "platform/storage/stores.h"

namespace ingot::run {

// As file::find_files; a pattern that is a URL is looked for in its store, and the files' paths and names are URLs.
Result<std::vector<file::Found>> find_source_files(
    storage::Stores& stores, const std::string& project_root, const std::string& pattern);

// The connection's path and the table's as one pattern.
std::string joined_pattern(const std::string& connection_path, const std::string& table_path);

// Copies those that lie in stores into the folder; afterwards every path is of the disk, and names are as they were.
Status bring(storage::Stores& stores, const std::string& folder, std::vector<file::Found>& inputs);

}  // namespace ingot::run
