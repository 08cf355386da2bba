#include "run/slice_record.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "platform/storage/at_once.h"

namespace ingot::run {

namespace {

using Json = nlohmann::ordered_json;

Json inputs_json(const SliceRecord& record) {
    Json list = Json::array();
    for (const auto& input : record.inputs) {
        list.push_back({{"path", input.name}, {"size_bytes", input.size},
            {"modified_us", input.modified_us}, {"xxh64", input.xxh64}, {"rows", input.rows}});
        for (const auto& member : input.members)
            list.back()["members"].push_back({{"path", member.name}, {"rows", member.rows}});
    }
    return list;
}

Json schema_json(const SliceRecord& record) {
    Json list = Json::array();
    for (const auto& column : record.columns) {
        Json entry{{"name", column.name}, {"type", column.type}};
        if (has_name(record.empty_columns, column.name)) entry["empty"] = true;
        list.push_back(std::move(entry));
    }
    return list;
}

Json parts_json(const SliceRecord& record) {
    Json list = Json::array();
    for (const auto& part : record.parts)
        list.push_back({{"path", part.name}, {"rows", part.rows}});
    return list;
}

Json table_schema_json(const TableSchema& schema) {
    Json columns = Json::array(), history = Json::array();
    for (const auto& column : schema.columns)
        columns.push_back({{"name", column.name}, {"type", column.type}});
    for (const auto& change : schema.history)
        history.push_back({{"version", change.version}, {"slice", to_string(change.slice)},
            {"run_id", change.run_id}, {"column", change.column}, {"before", change.before},
            {"after", change.after}});
    return {{"version", schema.version}, {"columns", columns}, {"history", history}};
}

TableSchema table_schema_of(const Json& json) {
    TableSchema schema{.version = json.at("version"), .columns = {}, .history = {}};
    for (const auto& column : json.at("columns"))
        schema.columns.push_back({column.at("name"), column.at("type")});
    for (const auto& change : json.at("history"))
        schema.history.push_back({change.at("version"),
            parse_date(change.at("slice").get<std::string>()).value_or(Date{}), change.at("run_id"),
            change.at("column"), change.at("before"), change.at("after")});
    return schema;
}

SliceRecord parse(const Json& json) {
    SliceRecord record;
    record.system = json.at("system");
    record.table = json.at("table");
    record.load_pattern = json.at("load_pattern");
    record.partition_path = json.at("partition_path");
    record.date = parse_date(json.at("run_date").get<std::string>()).value_or(Date{});
    record.landed = parse_instant(json.at("timestamp").get<std::string>()).value_or(Instant{});
    record.run_id = json.at("run_id");
    const auto& rows = json.at("rows");
    record.rows = {.in = rows.at("in"),
        .out = json.at("record_count"),
        .quarantined = rows.at("quarantined"),
        .padded = rows.at("padded")};
    for (const auto& part : json.at("files"))
        record.parts.push_back({part.at("path"), part.at("rows")});
    for (const auto& column : json.at("schema")) {
        record.columns.push_back({column.at("name"), column.at("type")});
        if (column.value("empty", false)) record.empty_columns.push_back(column.at("name"));
    }
    for (const auto& input : json.at("inputs")) {
        record.inputs.push_back({input.at("path"), input.at("size_bytes"), input.at("modified_us"),
            input.at("xxh64"), input.at("rows")});
        for (const auto& member : input.value("members", Json::array()))
            record.inputs.back().members.push_back({member.at("path"), member.at("rows")});
    }
    if (json.at("quarantine").is_string())
        record.quarantine = json.at("quarantine").get<std::string>();
    record.purged = json.value("purged", std::int64_t{0});
    record.options = json.at("options");
    if (const auto cursor = json.find("cursor"); cursor != json.end() && cursor->is_object())
        record.cursor = CursorValue{cursor->at("column"), cursor->at("value"), cursor->at("type")};
    else if (cursor != json.end() && cursor->is_string())
        record.cursor = CursorValue{json.value("cursor_column", ""), cursor->get<std::string>(),
            json.value("cursor_type", "")};
    if (json.contains("rows_file")) {
        record.rows_file = json.at("rows_file").get<std::string>();
        record.parts = {{*record.rows_file, record.rows.out}};
    }
    record.position = json.value("position", "");
    if (const auto schema = json.find("table_schema"); schema != json.end())
        record.schema = table_schema_of(*schema);
    record.number = json.value("landing", std::int64_t{0});
    return record;
}

}  // namespace

std::string to_json(const SliceRecord& record) {
    Json json;
    json["timestamp"] = to_string(record.landed);
    json["record_count"] = record.rows.out;
    json["chunk_count"] = record.parts.size();
    json["batch_timestamp"] = to_string(record.landed);
    json["run_date"] = to_string(record.date);
    json["run_id"] = record.run_id;
    json["system"] = record.system;
    json["table"] = record.table;
    json["partition_path"] = record.partition_path + "/";
    json["file_formats"] = {
        {"csv", record.layout.writes_csv}, {"parquet", record.layout.writes_parquet}};
    json["load_pattern"] = record.load_pattern;
    json["reference_mode"] = Json::parse(record.layout.reference_mode);
    json["rows"] = {{"in", record.rows.in}, {"landed", record.rows.out},
        {"padded", record.rows.padded}, {"quarantined", record.rows.quarantined}};
    json["files"] = parts_json(record);
    json["schema"] = schema_json(record);
    json["inputs"] = inputs_json(record);
    json["quarantine"] = record.quarantine ? Json(*record.quarantine) : Json(nullptr);
    if (record.purged > 0) json["purged"] = record.purged;
    json["options"] = record.options;
    if (record.cursor && record.layout.is_foundry) {
        json["cursor"] = record.cursor->value;
        json["cursor_column"] = record.cursor->column;
        json["cursor_type"] = record.cursor->type;
    } else if (record.cursor)
        json["cursor"] = {{"column", record.cursor->column}, {"value", record.cursor->value},
            {"type", record.cursor->type}};
    if (!record.position.empty()) json["position"] = record.position;
    if (record.schema.version > 0) json["table_schema"] = table_schema_json(record.schema);
    if (record.number > 0) json["landing"] = record.number;
    if (record.rows_file) json["rows_file"] = *record.rows_file;
    if (!record.replaced.empty()) json["replaced"] = record.replaced;
    return json.dump(2, ' ', true, Json::error_handler_t::replace);
}

Result<SliceRecord> read_slice_record(storage::FileSystem& files, const std::string& slice_folder) {
    const auto path = slice_folder + "/_metadata.json";
    const auto text = TRY(files.read(path));
    try {
        return parse(Json::parse(text));
    } catch (const Json::exception& e) {
        return fail("STATE103", path + " is not the record of a slice: " + e.what());
    }
}

Result<std::vector<SliceRecord>> read_slice_records(
    storage::FileSystem& files, const std::vector<std::string>& slice_folders) {
    return storage::at_once<SliceRecord>(files, slice_folders.size(),
        [&](std::size_t i) { return read_slice_record(files, slice_folders[i]); });
}

namespace {

std::vector<std::string> files_of(const SliceRecord& record) {
    std::vector<std::string> names;
    for (const auto& part : record.parts) {
        names.insert(names.end(), part.also.begin(), part.also.end());
        names.push_back(part.name);
    }
    if (record.layout.is_foundry) names.emplace_back("_metadata.json");
    return names;
}

// The names that the foundry's readers know: those of Python.
std::string python_type(std::string_view type) {
    if (type.ends_with("]")) return "list";
    constexpr std::pair<std::string_view, std::string_view> names[] = {{"VARCHAR", "str"},
        {"BOOLEAN", "bool"}, {"DOUBLE", "float"}, {"FLOAT", "float"}, {"DECIMAL", "Decimal"},
        {"TIMESTAMP", "Timestamp"}, {"DATE", "date"}, {"TIME", "time"}, {"BLOB", "bytes"},
        {"UUID", "str"}, {"STRUCT", "dict"}, {"MAP", "dict"}, {"JSON", "dict"}};
    for (const auto& [begin, name] : names)
        if (type.starts_with(begin)) return std::string(name);
    return "int";
}

Json foundry_schema_json(const SliceRecord& record) {
    auto list = schema_json(record);
    for (auto& entry : list) entry["dtype"] = python_type(entry["type"].get<std::string>());
    std::sort(list.begin(), list.end(), [](const Json& a, const Json& b) {
        return a["name"].get<std::string>() < b["name"].get<std::string>();
    });
    return list;
}

}  // namespace

Status note_purge(storage::FileSystem& files, const std::string& slice_folder,
    const std::optional<std::string>& quarantine, std::int64_t purged) {
    const auto path = slice_folder + "/_metadata.json";
    auto json = Json::parse(TRY(files.read(path)), nullptr, false);
    if (!json.is_object()) return fail("STATE103", files.url(path) + " is no record of a slice");
    json["quarantine"] = quarantine ? Json(*quarantine) : Json(nullptr);
    json["purged"] = json.value("purged", std::int64_t{0}) + purged;
    return files.write(path, json.dump(2, ' ', true, Json::error_handler_t::replace));
}

Result<std::string> checksums_json(const SliceRecord& record, const std::string& folder) {
    Json list = Json::array();
    for (const auto& name : files_of(record)) {
        const auto path = folder + "/" + name;
        std::error_code error;
        const auto size = std::filesystem::file_size(path, error);
        if (error) return fail("STG001", "cannot look at " + path + ": " + error.message());
        list.push_back({{"path", name}, {"size_bytes", size}, {"sha256", TRY(sha256_file(path))}});
    }
    Json json;
    if (record.layout.is_foundry) json["timestamp"] = to_string(record.landed);
    json["load_pattern"] = record.load_pattern;
    json["system"] = record.system;
    json["table"] = record.table;
    json["run_date"] = to_string(record.date);
    const auto artifacts = list.size();
    json["files"] = std::move(list);
    json["schema"] = record.layout.is_foundry ? foundry_schema_json(record) : schema_json(record);
    json["stats"] = {{"record_count", record.rows.out}, {"chunk_count", record.parts.size()},
        {"artifact_count", artifacts}};
    return json.dump(2, ' ', true, Json::error_handler_t::replace);
}

}  // namespace ingot::run
