// What a run leaves for people and tools: target/run_results.json, target/manifest.json, the journal.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/redact.h"
#include "base/version.h"
#include "surface/api/survey.h"

namespace ingot::api {

namespace {

using Json = nlohmann::ordered_json;

Json result_of(const StepReport& report) {
    Json out{{"unique_id", report.dataset}, {"slice", nullptr},
        {"status", to_string(report.status)}, {"reason", report.reason},
        {"execution_time", report.seconds}, {"message", nullptr}, {"code", nullptr},
        {"rows", {{"in", report.rows.in}, {"out", report.rows.out},
                     {"quarantined", report.rows.quarantined}, {"dropped", report.rows.dropped},
                     {"duplicates", report.rows.duplicates}, {"padded", report.rows.padded}}},
        {"table_rows", report.table_rows}, {"version", report.version},
        {"expectations", Json::array()}, {"normalized", Json::array()},
        {"warnings", report.warnings}};
    if (report.slice) out["slice"] = to_string(*report.slice);
    if (report.error) {
        out["message"] = report.error->message;
        out["code"] = report.error->code.id();
        if (report.error->where.known()) out["where"] = to_string(report.error->where);
    }
    for (const auto& rule : report.rules)
        out["expectations"].push_back({{"name", rule.name}, {"on_fail", rule.on_fail},
            {"failures", rule.failed}, {"status", rule.failed ? "fail" : "pass"}});
    for (const auto& step : report.cleaning)
        out["normalized"].push_back({{"name", step.name}, {"changed", step.changed},
            {"not_understood", step.not_understood}});
    return out;
}

Status write_whole(const std::filesystem::path& path, const std::string& text) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    const auto aside = path.string() + ".new";
    std::ofstream(aside) << text << "\n";
    std::filesystem::rename(aside, path, error);
    if (error) return fail("STG001", "cannot write " + path.string() + ": " + error.message());
    return {};
}

}  // namespace

Result<std::vector<DatasetId>> failed_last_time(Workbench& workbench) {
    std::vector<DatasetId> ids;
    std::ifstream in(workbench.root() + "/target/run_results.json");
    const auto json = Json::parse(in, nullptr, false);
    if (json.is_discarded() || !json.contains("results")) return ids;
    const auto& manifest = workbench.manifest();
    for (DatasetId id = 0; id < manifest.datasets.size(); ++id)
        for (const auto& result : json["results"])
            if (result.value("unique_id", "") == manifest.datasets[id].dataset.name.text() &&
                result.value("status", "") == "error") {
                ids.push_back(id);
                break;
            }
    return ids;
}

Status record(Workbench& workbench, const RunRequest& request, const RunOutcome& outcome,
    Instant started, Instant finished, double seconds) {
    auto dates = Json::array();
    for (const auto date : request.dates) dates.push_back(to_string(date));
    auto results = Json::array();
    for (const auto& report : outcome.reports) results.push_back(result_of(report));
    const Json json{{"metadata", {{"ingot_schema_version", 1}, {"ingot_version", version},
                                     {"run_id", outcome.run_id}, {"started_at", to_string(started)},
                                     {"generated_at", to_string(finished)}}},
        {"args", {{"select", request.select}, {"exclude", request.exclude}, {"dates", dates},
                     {"full_refresh", request.full_refresh}}},
        {"results", results}, {"elapsed_time", seconds}, {"exit_status", outcome.exit_status}};
    const std::filesystem::path target = workbench.root() + "/target";
    TRY(write_whole(
        target / "run_results.json", json.dump(2, ' ', false, Json::error_handler_t::replace)));
    return write_whole(target / "manifest.json",
        redacted(manifest_json(workbench.manifest(),
            {.ingot_version = std::string(version), .generated_at = to_string(finished)})));
}

}  // namespace ingot::api
