#include "run/source_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/content_hash.h"
#include "platform/storage/glob.h"

namespace ingot::run {

namespace {

constexpr std::int64_t piece = std::int64_t{16} << 20;

Status copy_to(const storage::Stores::Found& place, std::int64_t size, const std::string& to) {
    std::ofstream out(to, std::ios::binary);
    std::string bytes;
    for (std::int64_t at = 0; at < size && out; at += static_cast<std::int64_t>(bytes.size())) {
        bytes.resize(static_cast<std::size_t>(std::min(piece, size - at)));
        const auto got = TRY(place.files->read_at(place.path, at, bytes));
        if (got != bytes.size())
            return fail("EXT001", place.bucket + "/" + place.path +
                                      " changed while it was read; run again when it is complete");
        out << bytes;
    }
    out.close();
    if (!out) return fail("STG001", "cannot write " + to);
    return {};
}

}  // namespace

SourceReach reach_of(storage::Stores& stores, const std::string& project_root,
    const ConnectionSpec& connection, std::function<bool()> stopped) {
    const auto ca = connection.ca_file.value_or("");
    return {.stores = stores,
        .web = {.headers = connection.headers,
            .ca_file = ca.empty() ? "" : (std::filesystem::path(project_root) / ca).string(),
            .project_root = project_root,
            .stopped = std::move(stopped)}};
}

std::string joined_pattern(const std::string& connection_path, const std::string& table_path) {
    if (storage::is_url(table_path)) return table_path;
    if (!storage::is_url(connection_path))
        return (std::filesystem::path(connection_path) / table_path).string();
    const auto end = connection_path.find_last_not_of('/');
    return connection_path.substr(0, end + 1) + (table_path.starts_with('/') ? "" : "/") +
           table_path;
}

Result<std::vector<file::Found>> find_source_files(
    const SourceReach& reach, const std::string& pattern) {
    if (!storage::is_url(pattern))
        return file::find_files(reach.web.project_root, storage::without_file_scheme(pattern));
    std::vector<file::Found> found;
    if (file::is_web(pattern)) {
        if (auto there = TRY(file::look_at_web_file(pattern, reach.web)))
            found.push_back(std::move(*there));
        return found;
    }
    const auto place = TRY(reach.stores.find(pattern));
    for (const auto& object : TRY(storage::glob(*place.files, place.path))) {
        const auto url = place.bucket + "/" + object.path;
        found.push_back({url, url, object.size, object.modified_us});
    }
    return found;
}

Status bring(
    const SourceReach& reach, const std::string& folder, std::vector<file::Found>& inputs) {
    std::size_t number = 0;
    for (auto& input : inputs) {
        ++number;
        if (!storage::is_url(input.path)) continue;
        const auto local =
            folder + "/input-" + std::to_string(number) + "-" + file::web_file_name(input.path);
        if (file::is_web(input.path)) {
            TRY(file::bring_web_file(input, local, reach.web));
            continue;
        }
        const auto place = TRY(reach.stores.find(input.path));
        TRY(copy_to(place, input.size, local));
        input.path = local;
    }
    return {};
}

bool is_of_same_time(const file::Found& found, std::int64_t landed_us) {
    return found.modified_us == landed_us && found.modified_us != 0;
}

Result<std::string> content_of(const SourceReach& reach, const file::Found& found) {
    if (!storage::is_url(found.path)) return xxh64_file(found.path);
    auto folder = (std::filesystem::temp_directory_path() / "ingot-look-XXXXXX").string();
    if (!::mkdtemp(folder.data()))
        return fail("STG001", "cannot make " + folder + ": " + std::strerror(errno));
    std::vector<file::Found> copy{found};
    const auto brought = bring(reach, folder, copy);
    auto content = brought ? xxh64_file(copy.front().path) : std::unexpected(brought.error());
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return content;
}

}  // namespace ingot::run
