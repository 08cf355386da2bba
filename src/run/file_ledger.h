#pragma once
// Which files of a landing folder have landed. Nothing is kept beside the slices: their records name the files they were
// read from, so the ledger changes with the data or not at all.
#include <map>
#include <string>
#include <vector>

#include "platform/connector/file.h"
#include "run/slice_record.h"
#include "run/source_files.h"

namespace ingot {
struct Node;
}

namespace ingot::run {

struct LandedBefore {
    std::string slice;  // date
    SliceInput input;
};
using FileLedger =
    std::map<std::string, LandedBefore>;  // by name; where a file landed twice, the last time

Result<FileLedger> landed_files(storage::FileSystem& files, const Node& node);

// Those that have not landed, or not as they are now: by size and time first, by content where only the time differs.
Result<std::vector<file::Found>> files_to_land(
    const SourceReach& reach, const std::vector<file::Found>& found, const FileLedger& ledger);

}  // namespace ingot::run
