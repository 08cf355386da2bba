#include "state/standing.h"

#include <nlohmann/json.hpp>

namespace ingot::state {

using Json = nlohmann::ordered_json;

namespace {

Json side_files(const std::vector<SideFile>& files) {
    auto out = Json::array();
    for (const auto& file : files)
        out.push_back({{"path", file.path}, {"rows", file.rows}, {"slice", file.slice}});
    return out;
}

std::vector<SideFile> parse_side_files(const Json& json) {
    std::vector<SideFile> files;
    for (const auto& item : json)
        files.push_back({item.at("path"), item.at("rows"), item.value("slice", std::string())});
    return files;
}

Standing from(const Json& json) {
    Standing out;
    out.dataset = json.at("dataset");
    out.fingerprint = json.at("fingerprint");
    out.content = json.at("content");
    out.run_id = json.value("run_id", std::string());
    for (const auto& [name, input] : json.at("inputs").items()) {
        auto& state = out.inputs[name];
        state.content = input.value("content", std::string());
        if (input.contains("slices"))
            for (const auto& [slice, print] : input.at("slices").items())
                state.slices[slice] = print;
    }
    for (const auto& column : json.at("columns"))
        out.model_columns.push_back({column.at(0), column.at(1)});
    out.observations = parse_side_files(json.at("observations"));
    out.quarantine = parse_side_files(json.at("quarantine"));
    if (json.contains("matches")) out.matches = parse_side_files(json.at("matches"));
    if (const auto released = json.find("released"); released != json.end())
        out.released = parse_side_files(*released);
    out.judge_again = json.value("judge_again", false);
    out.purged = json.value("purged", std::int64_t{0});
    out.loads = json.at("loads").get<std::vector<std::string>>();
    out.latest = json.value("latest", std::string());
    out.rows = json.at("rows");
    for (const auto& [name, count] : json.at("counts").items()) out.counts[name] = count;
    return out;
}

}  // namespace

std::string to_json(const Standing& standing) {
    Json inputs = Json::object();
    for (const auto& [name, input] : standing.inputs) {
        Json item = Json::object();
        if (!input.content.empty()) item["content"] = input.content;
        if (!input.slices.empty()) item["slices"] = input.slices;
        inputs[name] = item;
    }
    auto columns = Json::array();
    for (const auto& column : standing.model_columns) columns.push_back({column.name, column.type});
    Json json{{"dataset", standing.dataset}, {"run_id", standing.run_id},
        {"fingerprint", standing.fingerprint}, {"content", standing.content}, {"inputs", inputs},
        {"columns", columns}, {"observations", side_files(standing.observations)},
        {"quarantine", side_files(standing.quarantine)}, {"latest", standing.latest},
        {"loads", standing.loads}, {"rows", standing.rows}, {"counts", standing.counts}};
    if (!standing.matches.empty()) json["matches"] = side_files(standing.matches);
    if (!standing.released.empty()) json["released"] = side_files(standing.released);
    if (standing.judge_again) json["judge_again"] = true;
    if (standing.purged > 0) json["purged"] = standing.purged;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Standing> parse_standing(std::string_view json) {
    try {
        return from(Json::parse(json));
    } catch (const Json::exception& error) {
        return fail(
            "STG103", std::string("the state beside a table cannot be read: ") + error.what());
    }
}

}  // namespace ingot::state
