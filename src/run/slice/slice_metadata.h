#pragma once
// What stands beside a silver partition: _metadata.json, _checksums.json, and the notes of a chunk.
#include <string>

#include "run/slice/slice_job.h"

namespace ingot::run {

struct SliceFacts {
    Columns columns;  // of the slice as the models see it; of an entity, of its first artifact
    std::int64_t rows_read = 0;
    std::int64_t bronze_bytes = 0;
    std::int64_t changed_keys = 0;
    std::int64_t rows_written = 0;
    std::vector<std::pair<std::string, WrittenArtifact>> artifacts;  // those that have files
    std::vector<std::string> keys;
    std::optional<std::string> order;
    double seconds = 0;
    Instant now{};
    std::string staged;  // where the files lie now
};

std::string metadata_json(const SliceJob& job, const SliceFacts& facts);
Result<std::string> checksums_json(const SliceJob& job, const SliceFacts& facts);
std::string chunk_json(const SliceJob& job, const SliceFacts& facts);

// {path, size_bytes, sha256} of files below a folder, as JSON text of a list.
Result<std::string> file_list_json(
    const std::string& folder, const std::vector<std::string>& paths);

}  // namespace ingot::run
