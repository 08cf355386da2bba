#include "run/source_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

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

std::string joined_pattern(const std::string& connection_path, const std::string& table_path) {
    if (storage::is_url(table_path)) return table_path;
    return (std::filesystem::path(connection_path) / table_path).string();
}

Result<std::vector<file::Found>> find_source_files(
    storage::Stores& stores, const std::string& project_root, const std::string& pattern) {
    if (!storage::is_url(pattern))
        return file::find_files(project_root, storage::without_file_scheme(pattern));
    const auto place = TRY(stores.find(pattern));
    std::vector<file::Found> found;
    for (const auto& object : TRY(storage::glob(*place.files, place.path))) {
        const auto url = place.bucket + "/" + object.path;
        found.push_back({url, url, object.size, object.modified_us});
    }
    return found;
}

Status bring(storage::Stores& stores, const std::string& folder, std::vector<file::Found>& inputs) {
    std::size_t number = 0;
    for (auto& input : inputs) {
        ++number;
        if (!storage::is_url(input.path)) continue;
        const auto place = TRY(stores.find(input.path));
        const auto name = input.path.substr(input.path.rfind('/') + 1);
        const auto local = folder + "/input-" + std::to_string(number) + "-" + name;
        TRY(copy_to(place, input.size, local));
        input.path = local;
    }
    return {};
}

}  // namespace ingot::run
