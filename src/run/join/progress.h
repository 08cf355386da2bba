#pragma once
// Which chunks of a join are done: progress.json and the chunks' rows beside it, in the checkpoint folder.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/storage/file_system.h"

namespace ingot::run {

struct ChunkDone {
    std::int64_t index = 0;  // from 1
    std::int64_t rows = 0;
    std::int64_t right_rows = 0;
    double seconds = 0;
    nlohmann::ordered_json sample_keys{};
    std::string file{};  // of its rows, in the checkpoint folder
    std::int64_t bytes = 0;
};

class Progress {
public:
    // What was done for the same work (`fingerprint`) and still stands; anything else there is thrown away.
    static Result<Progress> open(storage::FileSystem& folder, const std::string& fingerprint);

    const std::vector<ChunkDone>& chunks() const { return chunks_; }
    bool is_done(std::int64_t index) const;
    // Notes a chunk whose file is in place.
    Status add(ChunkDone chunk);
    // The rows of the chunks are no longer needed; the note of what was done stays.
    Status finish();
    nlohmann::ordered_json summary() const;

private:
    Progress(storage::FileSystem& folder, std::string fingerprint)
        : folder_(&folder), fingerprint_(std::move(fingerprint)) {}
    Status save();

    storage::FileSystem* folder_;
    std::string fingerprint_;
    std::vector<ChunkDone> chunks_;
    bool finished_ = false;
};

}  // namespace ingot::run
