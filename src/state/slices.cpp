#include "state/slices.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/hash.h"

namespace ingot::state {

namespace {

bool fits(const std::string& wanted, std::string_view value) {
    return wanted.empty() || wanted == value;
}

// Takes one "key=value" folder into the slice; false when it is none of ours or not wanted.
bool enter(const std::string& name, const SliceFilter& filter, Slice& slice) {
    const auto equals = name.find('=');
    if (equals == std::string::npos) return false;
    const auto key = std::string_view(name).substr(0, equals);
    const auto value = name.substr(equals + 1);
    if (key == "env") return slice.env = value, fits(filter.env, value);
    if (key == "system") return slice.system = value, fits(filter.system, value);
    if (key == "table") return slice.table = value, fits(filter.table, value);
    if (key == "pattern") return slice.pattern = value, fits(filter.pattern, value);
    if (key == "hour") return slice.hour = value, true;
    if (key != "dt") return false;
    const auto date = parse_date(value);
    if (date) slice.date = *date;
    return date.has_value();
}

Status collect(storage::FileSystem& files, const Slice& above, const SliceFilter& filter,
    std::vector<Slice>& found) {
    const auto names = TRY(files.names(above.path));
    if (std::ranges::binary_search(names, "_metadata.json") && above.date != Date{})
        found.push_back(above);
    for (const auto& name : names) {
        Slice below = above;
        if (!enter(name, filter, below)) continue;
        below.path += "/" + name;
        TRY(collect(files, below, filter, found));
    }
    return {};
}

}  // namespace

Result<std::vector<Slice>> standing_slices(
    storage::FileSystem& files, const std::string& root, const SliceFilter& filter) {
    std::vector<Slice> found;
    TRY(collect(files, Slice{.path = root}, filter, found));
    return found;
}

Result<std::vector<Checksum>> read_checksums(
    storage::FileSystem& files, const std::string& slice_path) {
    const auto path = slice_path + "/_checksums.json";
    const auto text = files.read(path);
    if (!text) return fail("STATE103", text.error().message);
    try {
        std::vector<Checksum> sums;
        const auto json = nlohmann::json::parse(*text);
        for (const auto& file : json.at("files"))
            sums.push_back({file.at("path"), file.at("size_bytes"), file.at("sha256")});
        return sums;
    } catch (const nlohmann::json::exception& e) {
        return fail("STATE103", path + " is not a checksum manifest: " + e.what());
    }
}

Result<std::string> slice_fingerprint(storage::FileSystem& files, const std::string& slice_path) {
    std::vector<std::string> hashes;
    // _metadata.json says when the slice was landed, which is not what it holds.
    for (auto& sum : TRY(read_checksums(files, slice_path)))
        if (sum.name != "_metadata.json") hashes.push_back(std::move(sum.sha256));
    std::ranges::sort(hashes);
    std::string all;
    for (const auto& hash : hashes) all += hash + "\n";
    return sha256(all);
}

}  // namespace ingot::state
