#pragma once
// Cutting the rows of a slice into part files: by a number of rows, by a size, or both.
#include <string>
#include <vector>

#include "medallion/bronze/spec.h"
#include "platform/engine/session.h"

namespace ingot::run {

struct Part {
    std::string name;  // part-0001.parquet
    std::int64_t rows = 0;
};

struct PartsOrder {
    const FileOptions& options;
    engine::Session& session;
    std::string rows_path;  // one Parquet file, moved or read
    std::int64_t rows = 0;
    std::string folder;     // absolute
    std::size_t first = 1;  // number of the first part
};

// The cut depends on the rows alone, so the same rows give the same files. A part by size is within 20 % of it, but for
// the last.
Result<std::vector<Part>> write_parts(const PartsOrder& order);

}  // namespace ingot::run
