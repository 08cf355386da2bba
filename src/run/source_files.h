#pragma once
// Files of sources wherever they lie: on the disk, or in a store or at an address, from where they are brought before they
// are read.
#include <functional>
#include <string>
#include <vector>

#include "medallion/bronze/spec.h"
#include "platform/connector/file.h"
#include "platform/connector/web_file.h"
#include "platform/storage/stores.h"

namespace ingot::run {

// How a source's files are reached, with the project that paths are relative to.
struct SourceReach {
    storage::Stores& stores;
    file::WebAccess web;
};
SourceReach reach_of(
    storage::Stores& stores, const std::string& project_root, const ConnectionSpec& connection,
    std::function<bool()> stopped = [] { return false; });

// As file::find_files; a pattern that is a URL is looked for in its store or at its address, and the files' paths and names
// are URLs.
Result<std::vector<file::Found>> find_source_files(
    const SourceReach& reach, const std::string& pattern);

// The connection's path and the table's as one pattern.
std::string joined_pattern(const std::string& connection_path, const std::string& table_path);

// Copies those that lie elsewhere into the folder; afterwards every path is of the disk, and names are as they were.
Status bring(const SourceReach& reach, const std::string& folder, std::vector<file::Found>& inputs);

// Whether it was changed when what landed was, as far as its server tells.
bool is_of_same_time(const file::Found& found, std::int64_t landed_us);

// XXH64 of its content, which is brought for that from where it lies.
Result<std::string> content_of(const SourceReach& reach, const file::Found& found);

}  // namespace ingot::run
