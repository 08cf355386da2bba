#include "state/verify.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "state/slices.h"

namespace ingot::state {

namespace {

using Sizes = std::unordered_map<std::string, std::int64_t>;

Result<Sizes> sizes_below(storage::FileSystem& files, const std::string& folder) {
    Sizes sizes;
    for (auto& file : TRY(files.list(folder))) sizes.emplace(std::move(file.path), file.size);
    return sizes;
}

// A size below zero is not known, and fits any.
void compare(const Sizes& sizes, const std::string& path, std::int64_t wanted,
    std::vector<Finding>& findings) {
    const auto stands = sizes.find(path);
    if (stands == sizes.end())
        findings.push_back({path, "is missing"});
    else if (wanted >= 0 && stands->second != wanted)
        findings.push_back({path, "has " + std::to_string(stands->second) + " bytes instead of " +
                                      std::to_string(wanted)});
}

void compare_side_files(const Sizes& sizes, const std::string& folder, const std::string& state,
    std::string_view kind, std::vector<Finding>& findings) {
    const auto json = nlohmann::json::parse(state, nullptr, false);
    if (!json.is_object() || !json.contains(kind) || !json[kind].is_array()) return;
    for (const auto& segment : json[kind])
        if (segment.is_object() && segment.contains("path") && segment["path"].is_string()) {
            const auto size = segment.find("size");
            const auto wanted =
                size != segment.end() && size->is_number_integer() ? size->get<std::int64_t>() : -1;
            compare(sizes, folder + "/" + segment["path"].get<std::string>(), wanted, findings);
        }
}

// A part may be larger than the memory.
Result<std::string> sha256_of(storage::FileSystem& files, const std::string& path) {
    Sha256 digest;
    std::vector<char> bytes(std::size_t{4} << 20U);
    for (std::int64_t offset = 0;;) {
        const auto got = TRY(files.read_at(path, offset, bytes));
        digest.add({bytes.data(), got});
        if (got < bytes.size()) return digest.hex();
        offset += static_cast<std::int64_t>(got);
    }
}

}  // namespace

Result<std::vector<Finding>> verify_slice(
    storage::FileSystem& files, const std::string& folder, Depth depth) {
    std::vector<Finding> findings;
    const auto sums = read_checksums(files, folder);
    if (!sums) return std::vector<Finding>{{folder, sums.error().message}};
    const auto sizes = TRY(sizes_below(files, folder));
    for (const auto& sum : *sums) {
        const auto path = folder + "/" + sum.name;
        const auto before = findings.size();
        compare(sizes, path, sum.size, findings);
        if (depth == Depth::hashes && findings.size() == before &&
            TRY(sha256_of(files, path)) != sum.sha256)
            findings.push_back({path, "has another content than its checksum says"});
    }
    return findings;
}

Result<std::vector<std::string>> standing_tables(
    storage::FileSystem& files, const std::string& root) {
    constexpr std::string_view log = "/_delta_log/";
    std::vector<std::string> folders;
    for (const auto& file : TRY(files.list(root))) {
        const auto at = file.path.rfind(log);
        if (at == std::string::npos || !file.path.ends_with(".json")) continue;
        auto folder = file.path.substr(0, at);
        if (folders.empty() || folders.back() != folder) folders.push_back(std::move(folder));
    }
    return folders;
}

Result<std::vector<Finding>> verify_table(
    storage::FileSystem& files, table::TableFormat& tables, const std::string& folder) {
    std::vector<Finding> findings;
    auto version = tables.read(folder);
    if (!version) {
        findings.push_back({folder, "cannot be read: " + version.error().message});
        return findings;
    }
    if (!*version) return findings;
    const auto sizes = TRY(sizes_below(files, folder));
    for (const auto& file : (*version)->files)
        compare(sizes, folder + "/" + file.path, file.size, findings);
    for (const auto* kind : {"observations", "matches"})
        compare_side_files(sizes, folder, (*version)->state, kind, findings);
    return findings;
}

Result<std::vector<Finding>> verify_bronze(
    storage::FileSystem& files, const std::string& root, Depth depth) {
    std::vector<Finding> findings;
    for (const auto& slice : TRY(standing_slices(files, root)))
        std::ranges::move(
            TRY(verify_slice(files, slice.path, depth)), std::back_inserter(findings));
    return findings;
}

}  // namespace ingot::state
