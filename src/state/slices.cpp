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

// The slice whose record lies there, if it is one and wanted.
std::optional<Slice> slice_of(
    const storage::FileInfo& record, const std::string& root, const SliceFilter& filter) {
    Slice slice{.path = record.path.substr(0, record.path.rfind('/'))};
    for (auto at = root.size() + 1; at < slice.path.size();) {
        const auto end = std::min(slice.path.find('/', at), slice.path.size());
        if (!enter(slice.path.substr(at, end - at), filter, slice)) return std::nullopt;
        at = end + 1;
    }
    if (slice.date == Date{}) return std::nullopt;
    slice.mark = std::to_string(record.modified_us) + " " + record.version;
    return slice;
}

}  // namespace

Result<std::vector<Slice>> standing_slices(
    storage::FileSystem& files, const std::string& root, const SliceFilter& filter) {
    std::vector<Slice> found;
    for (const auto& record : TRY(files.list(root, "_metadata.json")))
        if (auto slice = slice_of(record, root, filter)) found.push_back(*std::move(slice));
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
