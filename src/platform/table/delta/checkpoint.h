#pragma once
// Checkpoints: the state at a version in one file, so that nobody replays the whole log.
// Two forms are written: Parquet for other readers, by the engine, and our own JSON beside it, which read() starts from.
#include "platform/table/delta/log.h"
#include "platform/table/table.h"

namespace ingot::table::delta {

// The lines of our own checkpoint; its first line holds what Parquet checkpoints have no place for.
std::string own_checkpoint_text(const Log& log, std::int64_t keep_removed_after_ms);
// One COPY from our own checkpoint at `json` (an absolute place) into the classic Parquet schema at `parquet`.
std::string checkpoint_sql(
    const std::string& json, const std::string& parquet, std::size_t longest_line);

Result<std::optional<Checkpoint>> prepare_checkpoint(
    storage::FileSystem& files, const std::string& folder, std::int64_t every);
Status publish_checkpoint(
    storage::FileSystem& files, const std::string& folder, const Checkpoint& checkpoint);

}  // namespace ingot::table::delta
