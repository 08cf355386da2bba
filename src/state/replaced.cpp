#include "state/replaced.h"

#include <map>
#include <set>

#include <nlohmann/json.hpp>

namespace ingot::state {

namespace {

constexpr std::string_view record_name = "_metadata.json";

struct Record {
    std::set<std::string> parts;
    std::set<std::string> replaced;
};

Result<Record> read_record(storage::FileSystem& files, const std::string& folder) {
    const auto path = folder + "/" + std::string(record_name);
    try {
        Record record;
        const auto json = nlohmann::json::parse(TRY(files.read(path)));
        for (const auto& part : json.at("files"))
            record.parts.insert(part.at("path").get<std::string>());
        if (json.contains("replaced")) json.at("replaced").get_to(record.replaced);
        return record;
    } catch (const nlohmann::json::exception& e) {
        return fail("STATE103", path + " is not the record of a slice: " + e.what());
    }
}

}  // namespace

Result<std::vector<storage::FileInfo>> replaced_parts(
    storage::FileSystem& files, const std::string& root) {
    std::map<std::string, std::vector<storage::FileInfo>> slices;
    for (auto& file : TRY(files.list(root)))
        slices[file.path.substr(0, file.path.rfind('/'))].push_back(std::move(file));
    std::vector<storage::FileInfo> replaced;
    for (const auto& [folder, inside] : slices) {
        std::vector<storage::FileInfo> parts;
        std::int64_t published_us = 0;
        // A part that replaced another has its content in its name: part-0001-1a2b3c4d.parquet.
        bool was_replaced = false;
        for (const auto& file : inside) {
            const auto name = file.path.substr(folder.size() + 1);
            if (name == record_name) published_us = file.modified_us;
            if (!name.starts_with("part-")) continue;
            was_replaced |= name.find('-', 5) != std::string::npos;
            parts.push_back(file);
        }
        if (published_us == 0 || !was_replaced) continue;
        const auto record = TRY(read_record(files, folder));
        for (auto& part : parts) {
            const auto name = part.path.substr(folder.size() + 1);
            if (!record.parts.contains(name) &&
                (record.replaced.contains(name) || part.modified_us < published_us))
                replaced.push_back(std::move(part));
        }
    }
    return replaced;
}

}  // namespace ingot::state
