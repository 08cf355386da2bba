#include "state/repair.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "state/replaced.h"

namespace ingot::state {

namespace {

constexpr const char* staging = "_ingot/staging";
// A disk's clock may lag behind the program's: a file can look older than the lease it was written under.
constexpr std::chrono::seconds clock_grain{2};

// Runs that hold a lease or whose record says so, and since when the oldest of them works.
struct LiveRuns {
    std::set<std::string> ids;
    Instant oldest{};
};

Result<LiveRuns> live_runs(storage::FileSystem& files, Leases& leases, Instant now) {
    LiveRuns live{.ids = {}, .oldest = now};
    for (const auto& holder : TRY(leases.live())) {
        live.ids.insert(holder.run_id);
        live.oldest = std::min(live.oldest, holder.acquired - clock_grain);
    }
    // A run between two of its datasets holds no lease. Long-ended ones cannot be running.
    for (const auto& run : TRY(Journal(files).newest(1000)))
        if (is_live(run)) live.ids.insert(run.run_id);
    return live;
}

// The process that is in the middle of writing it, by the number in ".ingot-<pid>-<n>.tmp".
bool writer_lives(const std::string& path) {
    const auto name = path.substr(path.rfind('/') + 1);
    constexpr std::string_view prefix = ".ingot-";
    std::int64_t pid = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), pid);
    return pid > 0 && is_running(pid);
}

bool is_named_in(const std::string& text, const std::string& path) {
    return text.find(path.substr(path.rfind('/') + 1)) != std::string::npos;
}

// Takes away what a table's versions name, as far back as they are retained. `commits` are the newest first.
Status erase_named(storage::FileSystem& files, const std::vector<storage::FileInfo>& commits,
    std::int64_t cutoff_us, std::vector<std::string>& unnamed) {
    for (const auto& commit : commits) {
        const auto text = TRY(files.read(commit.path));
        std::erase_if(unnamed, [&](const auto& path) { return is_named_in(text, path); });
        // A commit with a state of ours says all that is kept; what was before it is superseded since then.
        const bool tells_all = text.find("\"ingot\":{") != std::string::npos;
        if (unnamed.empty() || (tells_all && commit.modified_us <= cutoff_us)) break;
    }
    return {};
}

// Files of rejected rows that no slice and no retained version of a table names: their run was killed before it
// published, or they were purged.
Result<std::vector<std::string>> unnamed_quarantine(storage::FileSystem& files,
    const std::vector<storage::FileInfo>& all, Instant older_than, std::int64_t cutoff_us) {
    std::vector<std::string> unnamed;
    for (const auto& file : all)
        if (file.path.starts_with("_quarantine/") &&
            file.modified_us < older_than.time_since_epoch().count())
            unnamed.push_back(file.path);
    std::map<std::string, std::vector<storage::FileInfo>> logs;
    for (auto file = all.rbegin(); file != all.rend() && !unnamed.empty(); ++file) {
        const auto log = file->path.find("/_delta_log/");
        if (file->path.ends_with(".json") && log != std::string::npos)
            logs[file->path.substr(0, log)].push_back(*file);
        if (!file->path.ends_with("/_metadata.json")) continue;
        const auto text = TRY(files.read(file->path));
        std::erase_if(unnamed, [&](const auto& path) { return is_named_in(text, path); });
    }
    for (const auto& [folder, commits] : logs) TRY(erase_named(files, commits, cutoff_us, unnamed));
    return unnamed;
}

}  // namespace

Result<RepairReport> repair(
    storage::FileSystem& files, table::TableFormat& tables, Leases& leases, const Repair& wanted) {
    RepairReport report;
    // Listed before asking who lives: a run that begins in between has nothing in this list.
    const auto staged = TRY(files.names(staging));
    const auto live = TRY(live_runs(files, leases, wanted.now));
    const auto take = [&](const std::string& path, std::string why) -> Status {
        report.removed.push_back({path, std::move(why)});
        return wanted.only_report ? Status{} : files.remove(path);
    };
    for (const auto& run : staged)
        if (!live.ids.contains(run))
            TRY(take(std::string(staging) + "/" + run, "staging of a run that has ended"));
    for (const auto& folder : wanted.tables) {
        const table::OrphanSearch search{.now = wanted.now,
            .retain = wanted.retain,
            .older_than = live.oldest,
            .remove = !wanted.only_report};
        const auto orphans = tables.orphans(folder, search);
        if (!orphans) {
            report.kept.push_back(folder + ": " + orphans.error().message);
            continue;
        }
        for (const auto& path : *orphans)
            report.removed.push_back({folder + "/" + path, "no version of the table names it"});
    }
    const auto all = TRY(files.list(""));
    const auto older = [&](const storage::FileInfo& file) {
        return file.modified_us < live.oldest.time_since_epoch().count();
    };
    if (!files.exchanges_folders())
        for (const auto& part : TRY(replaced_parts(files, "bronze")))
            if (older(part)) TRY(take(part.path, "its slice was replaced"));
    for (const auto& upload : TRY(files.unfinished_uploads())) {
        if (!older(upload)) continue;
        report.removed.push_back({upload.path, "unfinished upload"});
        if (!wanted.only_report) TRY(files.remove_upload(upload.path));
    }
    for (const auto& path : TRY(unnamed_quarantine(
             files, all, live.oldest, (wanted.now - wanted.retain).time_since_epoch().count())))
        TRY(take(path, "no version and no slice names it"));
    for (const auto& file : all) {
        if (storage::is_temporary(file.path) && older(file) && !writer_lives(file.path))
            TRY(take(file.path, "unfinished write"));
    }
    return report;
}

}  // namespace ingot::state
