#include "run/slice/slice_metadata.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/hash.h"

namespace ingot::run {

namespace {

using Json = nlohmann::ordered_json;

// The names under which pandas knows our types; readers of the foundry's metadata look for them.
std::string dtype(std::string_view type) {
    if (type == "BIGINT" || type == "HUGEINT") return "int64";
    if (type == "INTEGER") return "int32";
    if (type == "SMALLINT") return "int16";
    if (type == "TINYINT") return "int8";
    if (type == "DOUBLE") return "float64";
    if (type == "FLOAT") return "float32";
    if (type == "BOOLEAN") return "bool";
    if (type == "TIMESTAMP WITH TIME ZONE") return "datetime64[ns, UTC]";
    if (type.starts_with("TIMESTAMP")) return "datetime64[ns]";
    return "object";
}

Json schema(const Columns& columns) {
    auto list = Json::array();
    for (const auto& column : columns)
        list.push_back({{"name", column.name}, {"dtype", dtype(column.type)}});
    return list;
}

Result<Json> file_list(const std::string& folder, const std::vector<std::string>& paths) {
    auto list = Json::array();
    for (const auto& path : paths) {
        std::error_code error;
        const auto size = std::filesystem::file_size(folder + "/" + path, error);
        if (error)
            return fail("STG001", "cannot look at " + folder + "/" + path + ": " + error.message());
        list.push_back({{"path", path}, {"size_bytes", size},
            {"sha256", TRY(sha256_file(folder + "/" + path))}});
    }
    return list;
}

std::vector<std::string> data_paths(const SliceFacts& facts) {
    std::vector<std::string> paths;
    for (const auto& [name, artifact] : facts.artifacts)
        for (const auto& file : artifact.files) paths.push_back(file.path);
    return paths;
}

Json artifacts_json(const SliceFacts& facts) {
    auto all = Json::object();
    for (const auto& [name, artifact] : facts.artifacts) {
        auto& list = all[name] = Json::array();
        for (const auto& file : artifact.files) list.push_back(file.path);
    }
    return all;
}

Json optional_text(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
}

std::string text_of(const Json& json) {
    return json.dump(2, ' ', true, Json::error_handler_t::replace);
}

Json renames(const slice::Reshape& schema) {
    auto map = Json::object();
    for (const auto& [from, to] : schema.rename_map) map[from] = to;
    return {{"rename_map", map},
        {"column_order", schema.column_order ? Json(*schema.column_order) : Json(nullptr)}};
}

std::int64_t quarantined(const SliceFacts& facts) {
    std::int64_t rows = 0;
    for (const auto& [name, artifact] : facts.artifacts) rows += artifact.quarantined;
    return rows;
}

Json rows_metadata(const SliceJob& job, const RowsOfSlice& rows, const SliceFacts& facts) {
    const auto& s = rows.silver;
    return {{"timestamp", to_string(facts.now)}, {"record_count", facts.rows_read},
        {"chunk_count", facts.artifacts.size()}, {"load_pattern", job.load_pattern},
        {"bronze_path", job.bronze_folder}, {"primary_keys", facts.keys},
        {"order_column", optional_text(facts.order)}, {"domain", job.domain},
        {"entity", job.entity}, {"version", s.version},
        {"load_partition_name", s.load_partition_name},
        {"include_pattern_folder", s.include_pattern_folder},
        {"partition_columns", s.partitioning.columns}, {"write_parquet", job.formats.parquet},
        {"write_csv", job.formats.csv}, {"parquet_compression", job.formats.parquet_compression},
        {"normalization", {{"trim_strings", s.normalization.trim_strings},
                              {"empty_strings_as_null", s.normalization.empty_strings_as_null}}},
        {"schema", renames(s.schema)},
        {"error_handling", {{"enabled", s.error_handling.enabled},
                               {"max_bad_records", s.error_handling.max_bad_records},
                               {"max_bad_percent", s.error_handling.max_bad_percent}}},
        {"artifacts", artifacts_json(facts)}, {"quarantined_count", quarantined(facts)},
        {"require_checksum", job.require_checksum}, {"silver_model", to_string(rows.model)}};
}

Json entity_metrics(const SliceJob& job, const EntityOfSlice& entity, const SliceFacts& facts) {
    const auto& s = entity.silver;
    const bool events = slice::is_event_like(s.entity_kind);
    using slice::to_string;
    return {{"dataset_id", job.dataset}, {"load_batch_id", entity.context.load_batch_id},
        {"bronze_path", job.bronze_folder}, {"load_pattern", job.load_pattern},
        {"rows_read", facts.rows_read}, {"rows_written", facts.rows_written},
        {"changed_keys", facts.changed_keys},
        {"derived_events",
            s.entity_kind == slice::EntityKind::derived_event ? facts.rows_written : 0},
        {"bronze_size_bytes", facts.bronze_bytes}, {"runtime_seconds", facts.seconds},
        {"entity_kind", to_string(s.entity_kind)},
        {"history_mode", events
                             ? Json(nullptr)
                             : Json(to_string(s.history_mode.value_or(slice::HistoryMode::scd2)))},
        {"input_mode", events ? Json(to_string(s.input_mode.value_or(slice::InputMode::append_log)))
                              : Json(nullptr)},
        {"bronze_owner", entity.context.bronze_owner},
        {"silver_owner", entity.context.silver_owner}};
}

std::size_t file_count(const SliceFacts& facts) { return data_paths(facts).size(); }

}  // namespace

std::string metadata_json(const SliceJob& job, const SliceFacts& facts) {
    if (const auto* rows = std::get_if<RowsOfSlice>(&job.what))
        return text_of(rows_metadata(job, *rows, facts));
    Json json{{"timestamp", to_string(facts.now)}, {"record_count", facts.rows_written},
        {"chunk_count", file_count(facts)},
        {"quality", {{"rows_written", facts.rows_written}, {"rows_read", facts.rows_read}}}};
    json.update(entity_metrics(job, std::get<EntityOfSlice>(job.what), facts));
    json["domain"] = job.domain;
    json["entity"] = job.entity;
    json["artifacts"] = artifacts_json(facts);
    json["quarantined_count"] = quarantined(facts);
    return text_of(json);
}

Result<std::string> checksums_json(const SliceJob& job, const SliceFacts& facts) {
    Json json{{"timestamp", to_string(facts.now)}, {"load_pattern", job.load_pattern},
        {"files", TRY(file_list(facts.staged, data_paths(facts)))}};
    std::int64_t bytes = 0;
    for (const auto& file : json["files"]) bytes += file["size_bytes"].get<std::int64_t>();
    if (const auto* entity = std::get_if<EntityOfSlice>(&job.what)) {
        json["schema"] = schema(facts.columns);
        json["metrics"] = entity_metrics(job, *entity, facts);
        return text_of(json);
    }
    json["bronze_path"] = job.bronze_folder;
    json["schema"] = schema(facts.columns);
    json["stats"] = {{"record_count", facts.rows_read}, {"chunk_count", facts.artifacts.size()},
        {"primary_key_count", facts.keys.size()}, {"bronze_size_bytes", facts.bronze_bytes},
        {"artifact_size_bytes", bytes}};
    json["runtime_seconds"] = facts.seconds;
    return text_of(json);
}

std::string chunk_json(const SliceJob& job, const SliceFacts& facts) {
    Json json{{"timestamp", to_string(facts.now)}, {"chunk_tag", *job.chunk_tag}};
    if (const auto* entity = std::get_if<EntityOfSlice>(&job.what)) {
        auto names = Json::array();
        for (const auto& [name, artifact] : facts.artifacts) names.push_back(name);
        json.update(
            {{"dataset_id", job.dataset}, {"artifact_names", names}, {"files", data_paths(facts)},
                {"record_count", facts.rows_written}, {"chunk_count", file_count(facts)},
                {"extra_metrics", entity_metrics(job, *entity, facts)}});
        return text_of(json);
    }
    const auto& rows = std::get<RowsOfSlice>(job.what);
    json.update({{"record_count", facts.rows_read}, {"chunk_count", facts.artifacts.size()},
        {"artifacts", artifacts_json(facts)}, {"bronze_path", job.bronze_folder},
        {"load_pattern", job.load_pattern}, {"domain", job.domain}, {"entity", job.entity},
        {"version", rows.silver.version}, {"primary_keys", facts.keys},
        {"order_column", optional_text(facts.order)}, {"silver_model", to_string(rows.model)}});
    return text_of(json);
}

Result<std::string> file_list_json(
    const std::string& folder, const std::vector<std::string>& paths) {
    return TRY(file_list(folder, paths)).dump();
}

}  // namespace ingot::run
