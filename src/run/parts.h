#pragma once
// Cutting the rows of a slice into part files: by a number of rows, by a size, or both.
#include <string>
#include <vector>

#include "data/columns.h"
#include "medallion/bronze/layout.h"
#include "medallion/bronze/spec.h"
#include "platform/engine/session.h"

namespace ingot::run {

struct Part {
    std::string name;  // part-0001.parquet
    std::int64_t rows = 0;
    // Other files with the same rows, and files of the slice that readers do not take for parts.
    std::vector<std::string> also{};
};

struct PartsOrder {
    const FileOptions& options;
    engine::Session& session;
    std::string rows_path;  // one Parquet file, moved or read
    std::int64_t rows = 0;
    std::string folder;     // absolute
    std::size_t first = 1;  // number of the first part
    SliceLayout layout{};
    Columns columns{};  // of the rows
};

// The cut depends on the rows alone, so the same rows give the same files. A part by size is within 20 % of it, but for
// the last.
Result<std::vector<Part>> write_parts(const PartsOrder& order);

// Gives each part its content as a part of its name, in the folder too, so that it can stand beside the one it replaces.
Status name_by_content(std::vector<Part>& parts, const std::string& folder);

}  // namespace ingot::run
