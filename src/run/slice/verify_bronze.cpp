#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "run/slice/slice_job.h"

namespace ingot::run {

namespace {

using Json = nlohmann::json;

std::optional<Json> read_json(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return {};
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto json = Json::parse(text, nullptr, false);
    return json.is_object() ? std::optional(std::move(json)) : std::nullopt;
}

std::string list(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace

std::optional<std::string> pattern_of_bronze(const std::string& folder) {
    const auto json = read_json(folder + "/_metadata.json");
    if (!json || !json->contains("load_pattern") || !json->at("load_pattern").is_string())
        return {};
    return json->at("load_pattern").get<std::string>();
}

Status verify_bronze(const std::string& folder, const std::string& load_pattern) {
    const auto path = folder + "/_checksums.json";
    const auto again = "; land the slice again, or run with --no-require-checksum";
    const auto json = read_json(path);
    if (!json) return fail("STATE103", path + " is missing or not readable" + again);
    if (json->value("load_pattern", "") != load_pattern)
        return fail("STATE103", path + " is of the load pattern '" +
                                    json->value("load_pattern", "") + "', not '" + load_pattern +
                                    "'" + again);
    const auto files = json->value("files", Json::array());
    if (!files.is_array() || files.empty())
        return fail("STATE103", path + " lists no files" + again);
    std::vector<std::string> missing, different;
    for (const auto& file : files) {
        const auto name = file.value("path", "");
        std::error_code error;
        const auto size = std::filesystem::file_size(folder + "/" + name, error);
        if (error) {
            missing.push_back(name);
        } else if (size != file.value("size_bytes", std::uintmax_t{0}) ||
                   TRY(sha256_file(folder + "/" + name)) != file.value("sha256", "")) {
            different.push_back(name);
        }
    }
    if (missing.empty() && different.empty()) return {};
    return fail("STATE103", folder + " is not what _checksums.json says" +
                                (missing.empty() ? "" : "; missing: " + list(missing)) +
                                (different.empty() ? "" : "; different: " + list(different)) +
                                again);
}

}  // namespace ingot::run
