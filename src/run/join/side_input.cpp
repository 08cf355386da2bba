#include "run/join/side_input.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "platform/storage/stores.h"
#include "platform/table/table.h"
#include "run/table_rows.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json read_json(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return nullptr;
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json(nullptr);
}

std::vector<std::string> texts(const Json& json, const char* key) {
    std::vector<std::string> out;
    if (const auto it = json.find(key); it != json.end() && it->is_array())
        for (const auto& item : *it)
            if (item.is_string()) out.push_back(item.get<std::string>());
    return out;
}

std::string text(const Json& json, const char* key) {
    const auto it = json.find(key);
    return it != json.end() && it->is_string() ? it->get<std::string>() : "";
}

std::string stem(const std::string& path) { return fs::path(path).stem().string(); }

// Two formats of one artifact hold the same rows: the CSV beside a Parquet file of its name is left out.
void drop_second_format(SideInput& side) {
    auto& files = side.files;
    const auto before = files.csv.size();
    std::erase_if(files.csv, [&](const std::string& path) {
        return std::ranges::find(files.parquet, path.substr(0, path.size() - 3) + "parquet") !=
               files.parquet.end();
    });
    if (files.csv.size() != before)
        side.notes.push_back(
            "SIL101 " + side.written + " has Parquet and CSV of the same rows; Parquet is read");
}

// Of a history and the current rows that it holds as well, the current ones are read.
void drop_history(SideInput& side) {
    static const std::map<std::string, std::string> current_of{
        {"current", "history"}, {"state_current", "state_history"}};
    const auto& artifacts = side.metadata.find("artifacts");
    std::string current, history;
    for (const auto& [now, then] : current_of) {
        const auto has = [&](const std::string& name) {
            const auto named = [&](const std::string& path) { return stem(path) == name; };
            return std::ranges::any_of(side.files.parquet, named) ||
                   std::ranges::any_of(side.files.csv, named);
        };
        if (has(now) && has(then)) current = now, history = then;
    }
    // Under other names only the metadata tells them apart: the model writes the history first.
    if (current.empty() && text(side.metadata, "silver_model") == "scd_type_2" &&
        artifacts != side.metadata.end() && artifacts->is_object() && artifacts->size() == 2) {
        history = artifacts->begin().key();
        current = std::next(artifacts->begin()).key();
    }
    if (current.empty()) return;
    const auto of_history = [&](const std::string& path) { return stem(path) == history; };
    std::erase_if(side.files.parquet, of_history);
    std::erase_if(side.files.csv, of_history);
    side.notes.push_back("SIL101 " + side.written + " holds '" + history + "' and '" + current +
                         "'; the current rows are joined");
}

constexpr std::string_view log_name = "_delta_log";

// A plain look at the files of a table would see all its versions at once.
Status look_at_table(SideInput& side) {
    const fs::path place(side.folder);
    const auto name = place.filename().string();
    const auto files = TRY(storage::open_local(place.parent_path().string()));
    const auto version = TRY(table::open_delta(*files)->read(name));
    if (!version)
        return fail(
            "STG001", side.folder + " has a " + std::string(log_name) + " without a version");
    side.version = version->version;
    side.table_rows = TRY(read_version(*files, name, *version));
    for (const auto& file : version->files) {
        side.files.parquet.push_back(side.folder + "/" + file.path);
        side.files.bytes += file.size;
    }
    side.notes.push_back("SIL101 " + side.written + " is a Delta table; its version " +
                         std::to_string(version->version) + " is read");
    return {};
}

Status holds_no_table(const std::string& folder) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
        it.increment(error))
        if (it->is_directory() && it->path().filename() == log_name)
            return fail("STG001", folder + " holds a Delta table; name its own folder, " +
                                      it->path().parent_path().string());
    return {};
}

std::string role(const SideInput& side) {
    for (const auto* json : {&side.metadata, &side.bronze_metadata})
        if (const auto it = json->find("reference_mode"); it != json->end() && it->is_object())
            return text(*it, "role");
    return "";
}

std::string run_date(const SideInput& side) {
    const auto date = text(side.metadata, "run_date");
    return date.empty() && side.bronze_metadata.is_object() ? text(side.bronze_metadata, "run_date")
                                                            : date;
}

int rank(const SideInput& side, const SideInput& other) {
    const auto own = role(side);
    if (own == "delta") return 2;
    if (own != "reference") return 1;
    return role(other) == "delta" && run_date(side) == run_date(other) ? 3 : 0;
}

}  // namespace

std::string shown_path(const std::string& written) {
    return storage::is_url(written) ? written : fs::path(written).lexically_normal().string();
}

Result<SideInput> look_at_side(const std::string& written, const std::string& folder) {
    SideInput side{.written = written, .folder = folder, .bronze_metadata = nullptr};
    if (fs::is_regular_file(side.folder))
        return fail("STG001", side.folder + " is a file; name the folder that it lies in");
    if (!fs::is_directory(side.folder)) return fail("STG001", "there is no folder " + side.folder);
    const bool is_table = fs::is_directory(side.folder + "/" + std::string(log_name));
    if (is_table) {
        TRY(look_at_table(side));
    } else {
        TRY(holds_no_table(side.folder));
        side.files = TRY(data_files(side.folder, Depth::tree));
    }
    if (auto json = read_json(side.folder + "/_metadata.json"); json.is_object()) {
        side.metadata = std::move(json);
        side.has_metadata = true;
    } else {
        side.notes.push_back(
            "SIL101 " + written + " has no _metadata.json; keys and model have to be said");
    }
    const auto bronze = text(side.metadata, "bronze_path");
    if (!bronze.empty()) side.bronze_metadata = read_json(bronze + "/_metadata.json");
    if (!is_table) drop_second_format(side);
    if (!is_table) drop_history(side);
    if (side.files.empty() && !is_table)
        return fail("STG001", side.folder + " has no .parquet or .csv file");
    side.facts.primary_keys = texts(side.metadata, "primary_keys");
    if (const auto order = text(side.metadata, "order_column"); !order.empty())
        side.facts.order_column = order;
    if (const auto it = side.metadata.find("record_count");
        it != side.metadata.end() && it->is_number_integer())
        side.facts.record_count = it->get<std::int64_t>();
    return side;
}

bool must_swap(const SideInput& left, const SideInput& right) {
    return rank(right, left) < rank(left, right);
}

Json input_json(const SideInput& side) {
    const auto& m = side.metadata;
    const auto or_null = [&](const char* key) {
        return m.contains(key) ? m.at(key) : Json(nullptr);
    };
    Json out{{"silver_path", shown_path(side.written)}, {"silver_model", or_null("silver_model")},
        {"record_count", or_null("record_count")}, {"chunk_count", or_null("chunk_count")},
        {"reference_mode", or_null("reference_mode")}};
    for (const auto* key : {"load_pattern", "load_partition_name", "partition_columns",
             "primary_keys", "order_column", "domain", "entity", "version", "bronze_path"})
        if (m.contains(key)) out[key] = m.at(key);
    if (!side.bronze_metadata.is_object()) return out;
    out["bronze_metadata"] = side.bronze_metadata;
    const auto manifest = text(m, "bronze_path") + "/_checksums.json";
    const auto json = read_json(manifest);
    if (!json.is_object() || !json.contains("files")) return out;
    auto sample = Json::array();
    for (const auto& file : json.at("files"))
        if (sample.size() < 3) sample.push_back(file.value("path", ""));
    out["bronze_checksum_manifest"] = {
        {"path", manifest}, {"file_count", json.at("files").size()}, {"sample_files", sample}};
    return out;
}

}  // namespace ingot::run
