#include "run/join/join_metadata.h"

#include <filesystem>

namespace ingot::run {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

Json guard_json(const GuardResult& guard) {
    Json details;
    if (guard.check.name == "row_count_range") {
        details["actual"] = number(guard.found);
        details["min"] = guard.check.min ? number(*guard.check.min) : Json(nullptr);
        details["max"] = guard.check.max ? number(*guard.check.max) : Json(nullptr);
    } else if (guard.check.name.starts_with("null_ratio:")) {
        details = {{"column", guard.check.columns[0]}, {"actual", guard.found},
            {"max_ratio", *guard.check.max}};
    } else {
        details = {{"columns", guard.check.columns}, {"duplicates", number(guard.found)}};
    }
    return {
        {"name", guard.check.name}, {"status", guard.pass ? "pass" : "fail"}, {"details", details}};
}

std::string word(join::Type type) {
    return std::string(join::type_choices[static_cast<std::size_t>(type)].name);
}

Json lineage_json(const JoinFacts& facts) {
    auto list = Json::array();
    for (const auto& column : facts.projected)
        list.push_back(
            {{"column", column.name}, {"source", column.source}, {"original", column.column},
                {"alias", column.alias ? Json(*column.alias) : Json(nullptr)}});
    return list;
}

Json metrics_json(const Progress& progress) {
    auto list = Json::array();
    for (const auto& chunk : progress.chunks())
        list.push_back({{"chunk_index", chunk.index}, {"record_count", chunk.rows},
            {"right_rows", chunk.right_rows}, {"duration_seconds", chunk.seconds}});
    return list;
}

Json pairs_json(const std::vector<join::KeyPair>& pairs) {
    auto list = Json::array();
    for (const auto& pair : pairs) list.push_back({{"left", pair.left}, {"right", pair.right}});
    return list;
}

}  // namespace

std::string join_metadata(const JoinJob& job, const OutputFormats& formats, const JoinFacts& facts,
    const Progress& progress) {
    const auto& output = job.spec.output;
    auto summary = progress.summary();
    summary.erase("last_chunk");
    summary["checkpoint_file"] = facts.checkpoint_file;
    auto artifacts = Json::object();
    for (const auto& file : facts.files) artifacts[file.artifact].push_back(file.path);
    auto guards = Json::array();
    for (const auto& guard : facts.guards) guards.push_back(guard_json(guard));
    Json json{{"timestamp", to_string(facts.now)}, {"record_count", facts.rows},
        {"chunk_count", facts.files.size()},
        {"joined_sources", {facts.left.written, facts.right.written}},
        {"silver_model", slice::to_string(facts.model)},
        {"requested_model", output.model ? Json(output.model->value) : Json(nullptr)},
        {"formats", {{"parquet", formats.parquet}, {"csv", formats.csv}}},
        {"join_type", output.join_type ? Json(word(*output.join_type)) : Json(nullptr)},
        {"projection", output.select_columns.is_null()
                           ? Json(nullptr)
                           : Json::parse(config::to_json(output.select_columns), nullptr, false)},
        {"lineage", {shown_path(facts.left.written), shown_path(facts.right.written)}},
        {"inputs", {input_json(facts.left), input_json(facts.right)}}, {"progress", summary},
        {"join_stats", {{"chunk_count", progress.chunks().size()},
                           {"matched_right_keys", facts.matched_right_keys},
                           {"unmatched_right_keys", facts.unmatched_right_keys},
                           {"right_only_rows", facts.right_only_rows}}},
        {"join_key_pairs", pairs_json(facts.shape.keys)}, {"chunk_size", facts.chunk_size},
        {"output_columns", names_of(facts.columns)}, {"column_lineage", lineage_json(facts)},
        {"quality_guards", guards}, {"join_metrics", metrics_json(progress)},
        {"artifacts", artifacts}};
    if (!facts.replaced.empty()) json["replaced"] = facts.replaced;
    if (facts.shape.time) json["as_of"] = pairs_json({*facts.shape.time})[0];
    if (!job.run_context_json.empty()) json.update(Json::parse(job.run_context_json));
    return json.dump(2, ' ', true, Json::error_handler_t::replace);
}

std::vector<std::string> named_by_join(const std::string& metadata) {
    std::vector<std::string> out;
    const auto json = Json::parse(metadata, nullptr, false);
    if (!json.is_object() || !json.contains("artifacts") || !json.at("artifacts").is_object())
        return out;
    for (const auto& [name, files] : json.at("artifacts").items())
        for (const auto& file : files)
            if (file.is_string()) out.push_back(file.get<std::string>());
    return out;
}

std::vector<std::string> files_of_join(const std::string& metadata) {
    auto out = named_by_join(metadata);
    const auto json = Json::parse(metadata, nullptr, false);
    if (!json.is_object() || !json.contains("replaced")) return out;
    for (const auto& file : json.at("replaced"))
        if (file.is_string()) out.push_back(file.get<std::string>());
    return out;
}

bool is_of_join(const std::string& metadata) {
    const auto json = Json::parse(metadata, nullptr, false);
    return json.is_object() && json.contains("joined_sources") && json.contains("artifacts");
}

}  // namespace ingot::run
