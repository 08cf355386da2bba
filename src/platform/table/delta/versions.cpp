#include "platform/table/versions.h"

#include <ranges>

#include "platform/table/delta/log.h"

namespace ingot::table {

namespace {

Instant instant_of(const delta::CommitNote& note) {
    return Instant(std::chrono::milliseconds(note.timestamp_ms));
}

}  // namespace

Result<std::optional<std::int64_t>> version_at(
    storage::FileSystem& files, const std::string& folder, Instant moment) {
    const auto found = TRY(delta::find_log(files, folder));
    for (const auto version : std::views::reverse(found.commits)) {
        const auto text = TRY(files.read(delta::commit_path(folder, version)));
        const auto note = TRY(delta::note_of(text));
        if (note.timestamp_ms != 0 && instant_of(note) <= moment) return version;
    }
    if (!found.exists() || (!found.commits.empty() && found.commits.front() == 0))
        return std::nullopt;
    return fail("STG106", folder + ": the log no longer reaches back to " + to_string(moment));
}

Result<std::optional<Instant>> last_commit_of(
    storage::FileSystem& files, const std::string& folder, const std::string& run_id) {
    const auto found = TRY(delta::find_log(files, folder));
    for (const auto version : std::views::reverse(found.commits)) {
        const auto text = TRY(files.read(delta::commit_path(folder, version)));
        if (TRY(delta::run_of(text)) == run_id) return instant_of(TRY(delta::note_of(text)));
    }
    return std::nullopt;
}

}  // namespace ingot::table
