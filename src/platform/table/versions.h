#pragma once
// Which version a table had at a moment, as the log tells it.
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "platform/storage/file_system.h"

namespace ingot::table {

// The newest version that was committed by then; nothing when there was no table yet. STG106 when the log of then is gone.
Result<std::optional<std::int64_t>> version_at(
    storage::FileSystem& files, const std::string& folder, Instant moment);

// When a run last committed to the table; nothing when it did not.
Result<std::optional<Instant>> last_commit_of(
    storage::FileSystem& files, const std::string& folder, const std::string& run_id);

}  // namespace ingot::table
