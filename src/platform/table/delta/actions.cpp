#include "platform/table/delta/actions.h"

#include <algorithm>

#include "base/hash.h"

#ifndef INGOT_VERSION
#define INGOT_VERSION "0"
#endif

namespace ingot::table::delta {

namespace {

Json partition_values(const DataFile& file) {
    Json values = Json::object();
    for (const auto& [name, value] : file.partition) values[name] = value ? Json(*value) : Json();
    return values;
}

// The same for the same first commit, so that tests can compare logs.
std::string table_id(const std::string& folder, const Commit& commit) {
    const auto hex = sha256(folder + "\n" + commit.run_id + "\n" + to_string(commit.now));
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-8" +
           hex.substr(17, 3) + "-" + hex.substr(20, 12);
}

std::string mode_of(const Commit& commit) { return commit.remove.empty() ? "Append" : "Overwrite"; }

Json vector_of(const DeletionVector& vector) {
    Json out = {{"storageType", vector.storage},
        {"pathOrInlineDv", vector.storage == "p" ? encode_path(vector.where) : vector.where}};
    if (vector.offset) out["offset"] = *vector.offset;
    out["sizeInBytes"] = vector.size;
    out["cardinality"] = vector.rows;
    return out;
}

constexpr auto vectors_enabled = "delta.enableDeletionVectors";

// Writer version 2 stands for these two; a table that names its features has to name them.
Json writer_features_before(const Json& standing) {
    return standing.is_object() && standing.value("minWriterVersion", 0) < 7
               ? Json::array({"appendOnly", "invariants"})
               : Json::array();
}

Json features(const Json& standing, const char* key, Json otherwise, const Json& needed) {
    auto all = standing.is_object() ? standing.value(key, std::move(otherwise)) : otherwise;
    for (const auto& feature : needed)
        if (std::ranges::find(all, feature) == all.end()) all.push_back(feature);
    return all;
}

Result<Json> commit_info(const Commit& commit) {
    Json info = {{"timestamp", milliseconds(commit.now)}, {"operation", commit.operation},
        {"operationParameters", {{"mode", mode_of(commit)}}}, {"isBlindAppend", false},
        {"engineInfo", "ingot/" INGOT_VERSION}, {"runId", commit.run_id}};
    if (commit.state.empty()) return info;
    auto state = Json::parse(commit.state, nullptr, false);
    if (!state.is_object())
        return fail(
            "BUG001", "the state of a commit is not a JSON object: " + commit.state.substr(0, 80));
    info["ingot"] = std::move(state);
    return info;
}

}  // namespace

std::int64_t milliseconds(Instant instant) {
    return std::chrono::floor<std::chrono::milliseconds>(instant.time_since_epoch()).count();
}

Json add_action(const DataFile& file, std::int64_t modified_ms, bool changes_data) {
    Json add = {{"path", encode_path(file.path)}, {"partitionValues", partition_values(file)},
        {"size", file.size}, {"modificationTime", modified_ms}, {"dataChange", changes_data}};
    if (!file.stats.empty())
        add["stats"] = file.stats;
    else
        add["stats"] = Json{{"numRecords", file.all_rows()}}.dump();
    if (!file.tags.empty()) add["tags"] = file.tags;
    if (file.vector) add["deletionVector"] = vector_of(*file.vector);
    return add;
}

Json remove_action(const DataFile& file, std::int64_t now_ms, bool changes_data) {
    Json remove = {{"path", encode_path(file.path)}, {"deletionTimestamp", now_ms},
        {"dataChange", changes_data}, {"extendedFileMetadata", true},
        {"partitionValues", partition_values(file)}, {"size", file.size}};
    if (file.vector) remove["deletionVector"] = vector_of(*file.vector);
    return remove;
}

std::string line(const char* name, const Json& body) {
    // Bytes that are no UTF-8 (a path, a text minimum) become the replacement character rather than an exception.
    return "{\"" + std::string(name) +
           "\":" + body.dump(-1, ' ', false, Json::error_handler_t::replace) + "}\n";
}

namespace {

// The protocol that the table needs after the commit.
Json protocol_for(const Commit& commit, const Json& standing) {
    Json needed = Json::array();
    if (needs_timestamp_ntz(commit.columns)) needed.push_back("timestampNtz");
    if (commit.writes_vectors.value_or(false)) needed.push_back("deletionVectors");
    if (needed.empty())
        return standing.is_null() ? Json{{"minReaderVersion", 1}, {"minWriterVersion", 2}}
                                  : standing;
    return {{"minReaderVersion", 3}, {"minWriterVersion", 7},
        {"readerFeatures", features(standing, "readerFeatures", Json::array(), needed)},
        {"writerFeatures",
            features(standing, "writerFeatures", writer_features_before(standing), needed)}};
}

// The metaData after the commit; the standing one when nothing in it changes.
Json metadata_for(const std::string& folder, const Commit& commit, const Json& standing) {
    Json before;
    if (standing.is_object())
        before = Json::parse(standing.value("schemaString", ""), nullptr, false);
    const auto schema = schema_of(commit.columns, before.is_object() ? &before : nullptr);
    if (standing.is_null()) {
        Json configuration = Json::object();
        if (commit.writes_vectors.value_or(false)) configuration[vectors_enabled] = "true";
        return {{"id", table_id(folder, commit)},
            {"format", {{"provider", "parquet"}, {"options", Json::object()}}},
            {"schemaString", schema.dump()}, {"partitionColumns", commit.partition_by},
            {"configuration", std::move(configuration)}, {"createdTime", milliseconds(commit.now)}};
    }
    Json metadata = standing;
    if (commit.writes_vectors) {
        const auto said =
            metadata.value("configuration", Json::object()).value(vectors_enabled, "false");
        if ((said == "true") != *commit.writes_vectors)
            metadata["configuration"][vectors_enabled] = *commit.writes_vectors ? "true" : "false";
    }
    if (schema != before) metadata["schemaString"] = schema.dump();
    if (metadata["partitionColumns"] != Json(commit.partition_by))
        metadata["partitionColumns"] = commit.partition_by;
    return metadata;
}

}  // namespace

Result<std::string> commit_text(
    const std::string& folder, const Commit& commit, const Json& protocol, const Json& metadata) {
    const auto now = milliseconds(commit.now);
    std::string text = line("commitInfo", TRY(commit_info(commit)));
    if (const auto wanted = protocol_for(commit, protocol); wanted != protocol)
        text += line("protocol", wanted);
    if (const auto wanted = metadata_for(folder, commit, metadata); wanted != metadata)
        text += line("metaData", wanted);
    for (const auto& file : commit.remove)
        text += line("remove", remove_action(file, now, commit.changes_data));
    for (const auto& file : commit.add)
        text += line("add", add_action(file, now, commit.changes_data));
    for (const auto& [app, version] : commit.transactions)
        text += line("txn", {{"appId", app}, {"version", version}, {"lastUpdated", now}});
    return text;
}

}  // namespace ingot::table::delta
