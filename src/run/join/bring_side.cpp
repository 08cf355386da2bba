#include "run/join/bring_side.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>

#include "platform/storage/at_once.h"
#include "run/join/join_metadata.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
constexpr std::int64_t piece = std::int64_t{8} << 20;

bool is_wanted(const std::string& path) {
    const auto name = path.substr(path.rfind('/') + 1);
    if (path.starts_with('.') || path.find("/.") != std::string::npos) return false;
    if (path.starts_with("_errors/") || path.find("/_errors/") != std::string::npos) return false;
    if (path.starts_with("_observations/")) return false;
    if (path.starts_with("_delta_log/") || name.starts_with("deletion_vector_")) return true;
    if (path.starts_with("_ingot/")) return false;
    return name == "_metadata.json" || name == "_checksums.json" || name.ends_with(".parquet") ||
           name.ends_with(".csv");
}

fs::file_time_type time_of(const storage::FileInfo& file) {
    return fs::file_time_type::clock::from_sys(std::chrono::sys_time<std::chrono::microseconds>(
        std::chrono::microseconds(file.modified_us)));
}

bool is_there(const fs::path& path, const storage::FileInfo& file) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return !error && size == static_cast<std::uintmax_t>(file.size) &&
           fs::last_write_time(path, error) == time_of(file);
}

Status copy(storage::FileSystem& store, const storage::FileInfo& file, const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    std::string bytes;
    for (std::int64_t at = 0; at < file.size && out;
        at += static_cast<std::int64_t>(bytes.size())) {
        bytes.resize(static_cast<std::size_t>(std::min(piece, file.size - at)));
        if (TRY(store.read_at(file.path, at, bytes)) != bytes.size())
            return fail("STG001", store.url(file.path) + " changed while it was read; run again");
        out << bytes;
    }
    out.close();
    if (!out) return fail("STG001", "cannot write " + path.string());
    fs::last_write_time(path, time_of(file));
    return {};
}

// Of a join's result only what its metadata names, which is read first: a file that it names may go meanwhile, and is missed
// then, but none can come too many.
Status leave_what_is_named(std::vector<storage::FileInfo>& files,
    const std::vector<std::string>& named, const storage::FileSystem& store) {
    std::erase_if(files, [&](const auto& file) {
        return !file.path.starts_with('_') && std::ranges::find(named, file.path) == named.end();
    });
    for (const auto& path : named)
        if (std::ranges::find(files, path, &storage::FileInfo::path) == files.end())
            return fail(
                "STG001", store.url(path) + " is gone: a join has written there anew; run again");
    return {};
}

}  // namespace

Status bring_file(
    storage::FileSystem& store, const storage::FileInfo& file, const std::string& path) {
    return is_there(path, file) ? Status{} : copy(store, file, path);
}

Status bring_side(storage::FileSystem& store, const std::string& folder) {
    const auto metadata =
        TRY(store.look("_metadata.json")) ? TRY(store.read("_metadata.json")) : "";
    auto files = TRY(store.list(""));
    std::erase_if(files, [](const auto& file) { return !is_wanted(file.path); });
    if (is_of_join(metadata)) TRY(leave_what_is_named(files, named_by_join(metadata), store));
    if (files.empty())
        return fail("STG001", "there is no .parquet or .csv file in " + store.url(""));
    fs::create_directories(folder);
    std::set<fs::path> wanted;
    for (const auto& file : files) wanted.insert(fs::path(folder) / file.path);
    for (fs::recursive_directory_iterator it(folder), end; it != end; ++it)
        if (it->is_regular_file() && !wanted.contains(it->path())) fs::remove(it->path());
    TRY(storage::at_once<bool>(store, files.size(), [&](std::size_t i) -> Result<bool> {
        TRY(bring_file(store, files[i], (fs::path(folder) / files[i].path).string()));
        return true;
    }));
    return {};
}

}  // namespace ingot::run
