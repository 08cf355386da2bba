#include "state/journal.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include <nlohmann/json.hpp>

namespace ingot::state {

namespace {

using Json = nlohmann::ordered_json;
constexpr const char* runs = "_ingot/runs";

constexpr std::array outcomes = std::to_array<std::pair<Outcome, std::string_view>>({
    {Outcome::running, "running"},
    {Outcome::success, "success"},
    {Outcome::failed, "failed"},
    {Outcome::skipped, "skipped"},
    {Outcome::interrupted, "interrupted"},
});

// A run id as a file name; one that was injected may hold anything.
std::string path_of(const std::string& run_id) {
    std::string name = run_id;
    for (auto& c : name)
        if (c == '/' || c == '\0') c = '_';
    if (name.starts_with('.')) name[0] = '_';
    return std::string(runs) + "/" + name + ".json";
}

Json json_of(const StepRecord& step) {
    return {{"dataset", step.dataset}, {"slice", step.slice}, {"outcome", to_string(step.outcome)},
        {"reason", step.reason},
        {"rows", {{"in", step.rows_in}, {"out", step.rows_out}, {"quarantined", step.quarantined},
                     {"dropped", step.dropped}, {"padded", step.padded},
                     {"duplicates", step.duplicates}}},
        {"seconds", step.seconds},
        {"error", {{"code", step.error_code}, {"message", step.error_message}}}};
}

Json json_of(const RunRecord& run) {
    Json steps = Json::array();
    for (const auto& step : run.steps) steps.push_back(json_of(step));
    return {{"run_id", run.run_id}, {"started", ingot::to_string(run.started)},
        {"finished", run.finished ? Json(ingot::to_string(*run.finished)) : Json()},
        {"outcome", to_string(run.outcome)}, {"args", run.args},
        {"process", {{"host", run.process.host}, {"boot", run.process.boot},
                        {"pid_namespace", run.process.pid_namespace}, {"pid", run.process.pid},
                        {"start", run.process.start}}},
        {"steps", std::move(steps)}};
}

StepRecord step_in(const Json& json) {
    const auto& rows = json.at("rows");
    const auto count = [&](const char* name) { return rows.value(name, std::int64_t{0}); };
    StepRecord step{.dataset = json.at("dataset"), .slice = json.value("slice", "")};
    step.outcome = parse_outcome(json.value("outcome", "")).value_or(Outcome::failed);
    step.reason = json.value("reason", "");
    step.rows_in = count("in");
    step.rows_out = count("out");
    step.quarantined = count("quarantined");
    step.dropped = count("dropped");
    step.padded = count("padded");
    step.duplicates = count("duplicates");
    step.seconds = json.value("seconds", 0.0);
    step.error_code = json.at("error").value("code", "");
    step.error_message = json.at("error").value("message", "");
    return step;
}

std::optional<RunRecord> run_in(const std::string& text) {
    try {
        const auto json = Json::parse(text);
        RunRecord run{.run_id = json.at("run_id")};
        run.started = parse_instant(json.at("started").get<std::string>()).value_or(Instant{});
        if (json.at("finished").is_string())
            run.finished = parse_instant(json.at("finished").get<std::string>());
        run.outcome = parse_outcome(json.value("outcome", "")).value_or(Outcome::failed);
        run.args = json.at("args").get<std::vector<std::string>>();
        const auto& process = json.at("process");
        run.process = {process.value("host", ""), process.value("boot", ""),
            process.value("pid_namespace", ""), process.value("pid", std::int64_t{0}),
            process.value("start", std::int64_t{0})};
        for (const auto& step : json.at("steps")) run.steps.push_back(step_in(step));
        return run;
    } catch (const nlohmann::json::exception&) {
        return {};
    }
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    return std::ranges::find(outcomes, outcome, &std::pair<Outcome, std::string_view>::first)
        ->second;
}

std::optional<Outcome> parse_outcome(std::string_view text) {
    const auto found =
        std::ranges::find(outcomes, text, &std::pair<Outcome, std::string_view>::second);
    return found == outcomes.end() ? std::nullopt : std::optional(found->first);
}

std::string new_run_id(Instant now) {
    // Read once at the start of a run, before other threads exist.
    if (const char* given = std::getenv("INGOT_RUN_ID"); given && *given) return given;
    std::string id = ingot::to_string(now);
    std::erase_if(id, [](char c) { return c == '-' || c == ':' || c == '.'; });
    std::array<char, 8> tail{};
    std::snprintf(tail.data(), tail.size(), "%06x", std::random_device{}() & 0xffffffU);
    return id + "-" + tail.data();
}

bool is_live(const RunRecord& run) {
    return run.outcome == Outcome::running && !run.finished && !is_gone(run.process);
}

Status Journal::write(const RunRecord& run) {
    // That a run is under way is for living processes to know.
    return files_.write(path_of(run.run_id),
        json_of(run).dump(2, ' ', false, Json::error_handler_t::replace) + "\n",
        run.finished ? storage::Durable::yes : storage::Durable::no);
}

Result<std::optional<RunRecord>> Journal::read(const std::string& run_id) {
    const auto path = path_of(run_id);
    if (!TRY(files_.exists(path))) return std::nullopt;
    const auto text = TRY(files_.read(path));
    auto run = run_in(text);
    if (!run) return fail("STATE001", path + " is not the record of a run");
    return run;
}

Result<std::vector<RunRecord>> Journal::newest(std::size_t count) {
    auto names = TRY(files_.names(runs));
    std::vector<RunRecord> found;
    for (auto name = names.rbegin(); name != names.rend() && found.size() < count; ++name) {
        if (!name->ends_with(".json") || storage::is_temporary(*name)) continue;
        const auto text = files_.read(std::string(runs) + "/" + *name);
        if (!text) continue;
        if (auto run = run_in(*text)) found.push_back(*std::move(run));
    }
    return found;
}

}  // namespace ingot::state
