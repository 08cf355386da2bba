#include "platform/table/delta/orphans.h"

#include <algorithm>
#include <unordered_set>

#include "platform/table/delta/actions.h"
#include "platform/table/delta/log.h"

namespace ingot::table::delta {

namespace {

using Names = std::unordered_set<std::string>;

void add_side_files(const std::string& state, Names& named) {
    const auto json = Json::parse(state, nullptr, false);
    if (!json.is_object()) return;
    for (const auto* kind : {"observations", "matches"}) {
        const auto segments = json.find(kind);
        if (segments == json.end() || !segments->is_array()) continue;
        for (const auto& segment : *segments)
            if (segment.is_object() && segment.contains("path") && segment["path"].is_string())
                named.insert(segment["path"].get<std::string>());
    }
}

Status add_files(const Log& log, Names& named) {
    for (const auto& [key, file] : log.files) {
        named.insert(file.path);
        if (file.vector) named.insert(TRY(place_of(*file.vector)));
    }
    add_side_files(log.state, named);
    return {};
}

// The oldest version that was still the newest at `cutoff`; those before it need no files.
Result<std::int64_t> oldest_retained(storage::FileSystem& files, const std::string& folder,
    const LogFiles& found, std::int64_t cutoff_ms) {
    for (auto version = found.commits.rbegin(); version != found.commits.rend(); ++version) {
        const auto text = TRY(files.read(commit_path(folder, *version)));
        const auto note = TRY(note_of(text));
        if (note.timestamp_ms != 0 && note.timestamp_ms <= cutoff_ms) return *version;
    }
    return found.commits.front();
}

// Everything that some retained version names.
Result<Names> named_files(storage::FileSystem& files, const std::string& folder,
    const LogFiles& found, std::int64_t cutoff_ms) {
    Names named;
    const auto first = TRY(oldest_retained(files, folder, found, cutoff_ms));
    const auto log = TRY(replay(files, folder, first));
    if (!log) return fail("STG103", folder + ": the log vanished while it was read");
    TRY(add_files(*log, named));
    for (auto version = first + 1; version <= found.commits.back(); ++version) {
        const auto text = TRY(files.read(commit_path(folder, version)));
        // Only the adds matter from here on, so the log starts empty each time.
        Log next;
        TRY(apply_actions(next, text));
        TRY(add_files(next, named));
    }
    return named;
}

}  // namespace

Result<std::vector<std::string>> find_orphans(
    storage::FileSystem& files, const std::string& folder, const OrphanSearch& search) {
    const auto found = TRY(find_log(files, folder));
    std::vector<std::string> orphans;
    if (!found.exists()) return orphans;
    if (found.commits.empty())
        return fail("STG101", folder + ": the log has no commits, so what it names is not known");
    const auto named =
        TRY(named_files(files, folder, found, milliseconds(search.now - search.retain)));
    const auto older_than = search.older_than.time_since_epoch().count();
    for (const auto& file : TRY(files.list(folder))) {
        auto path = file.path.substr(folder.empty() ? 0 : folder.size() + 1);
        const bool in_log = path.starts_with("_delta_log/");
        if (in_log && !storage::is_temporary(path)) continue;
        if (file.modified_us >= older_than || named.contains(path)) continue;
        if (search.remove) TRY(files.remove(file.path));
        orphans.push_back(std::move(path));
    }
    return orphans;
}

}  // namespace ingot::table::delta
