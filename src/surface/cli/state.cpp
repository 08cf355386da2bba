// ingot state show, state verify, state repair.
#include "surface/api/state.h"

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "surface/api/run.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json to_json(const state::RunRecord& run) {
    auto steps = Json::array();
    for (const auto& step : run.steps)
        steps.push_back({{"dataset", step.dataset}, {"slice", or_null(step.slice)},
            {"outcome", state::to_string(step.outcome)}, {"reason", step.reason},
            {"rows_in", step.rows_in}, {"rows_out", step.rows_out},
            {"quarantined", step.quarantined}, {"dropped", step.dropped},
            {"code", or_null(step.error_code)}, {"message", or_null(step.error_message)}});
    return {{"run_id", run.run_id}, {"started", to_string(run.started)},
        {"finished", run.finished ? Json(to_string(*run.finished)) : Json(nullptr)},
        {"outcome", state::to_string(run.outcome)}, {"live", state::is_live(run)},
        {"args", run.args}, {"steps", steps}};
}

Json to_json(const api::StandingTable& table) {
    Json out{{"name", table.dataset},
        {"version", table.version < 0 ? Json(nullptr) : Json(table.version)},
        {"rows", table.rows < 0 ? Json(nullptr) : Json(table.rows)},
        {"run_id", or_null(table.run_id)}, {"slices", table.slices}, {"gaps", table.gaps},
        {"lease", nullptr}};
    for (const auto& file : table.files)
        out["files"].push_back({{"path", file.name}, {"slice", file.slice}, {"rows", file.rows}});
    if (table.holder)
        out["lease"] = {{"run_id", table.holder->run_id}, {"host", table.holder->process.host},
            {"pid", table.holder->process.pid}, {"fence", table.holder->fence},
            {"acquired", to_string(table.holder->acquired)},
            {"expires", to_string(table.holder->expires)}};
    return out;
}

std::string outcome_of(const state::RunRecord& run) {
    if (run.outcome == state::Outcome::running && !state::is_live(run)) return "killed";
    return std::string(state::to_string(run.outcome));
}

std::string to_text(const state::RunRecord& run) {
    auto text = fmt::format("  {}  {}  {}  {} steps", run.run_id, to_string(run.started),
        outcome_of(run), run.steps.size());
    for (const auto& arg : run.args) text += " " + arg;
    text += "\n";
    for (const auto& step : run.steps)
        if (step.outcome == state::Outcome::failed)
            text += fmt::format("    {}{}  {} {}\n", step.dataset,
                step.slice.empty() ? "" : " " + step.slice, step.error_code, step.error_message);
    return text;
}

// 2026-01-02, 2026-01-05 and 3 more
std::string some_of(const std::vector<std::string>& dates) {
    constexpr std::size_t shown = 5;
    std::string text;
    for (std::size_t i = 0; i < dates.size() && i < shown; ++i) text += (i ? ", " : "") + dates[i];
    return dates.size() > shown ? text + fmt::format(" and {} more", dates.size() - shown) : text;
}

std::string to_text(const api::StandingTable& table) {
    std::string text = "  " + table.dataset;
    if (table.version >= 0) text += fmt::format("  version {}", table.version);
    if (table.rows >= 0) text += fmt::format("  {} rows", table.rows);
    if (!table.run_id.empty()) text += "  run " + table.run_id;
    if (!table.slices.empty())
        text += fmt::format(
            "  {} slices {} to {}", table.slices.size(), table.slices.front(), table.slices.back());
    if (!table.gaps.empty()) text += "  none for " + some_of(table.gaps);
    if (!table.files.empty()) text += fmt::format("  {} files", table.files.size());
    if (table.holder)
        text += fmt::format("  held by run {}, process {} on {}", table.holder->run_id,
            table.holder->process.pid, table.holder->process.host);
    text += "\n";
    for (const auto& file : table.files)
        text += fmt::format("    {}  {}  {} rows\n", file.name, file.slice, file.rows);
    return text;
}

int run_show(const Arguments& arguments) {
    api::ShowState wanted{.ids = {}, .all = arguments.all("SELECT").empty()};
    if (const auto text = arguments.get("--limit"); !text.empty()) {
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), wanted.runs);
        if (error != std::errc{} || end != text.data() + text.size())
            return usage("--limit takes a whole number, not '" + text + "'");
    }
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->manifest().root;
    wanted.ids = std::move(opened.ids);
    const auto view = api::show_state(*opened.workbench, wanted);
    if (!view) return print(view.error(), arguments, root);
    Json json{{"runs", Json::array()}, {"tables", Json::array()}};
    std::string text = view->runs.empty() ? "no runs yet\n" : "runs\n";
    for (const auto& run : view->runs) text += to_text(run), json["runs"].push_back(to_json(run));
    text += view->tables.empty() ? "nothing stands\n" : "tables\n";
    for (const auto& table : view->tables)
        text += to_text(table), json["tables"].push_back(to_json(table));
    if (arguments.has("--json")) text = json.dump(2) + "\n";
    std::fputs(text.c_str(), stdout);
    return 0;
}

int run_verify(const Arguments& arguments) {
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->manifest().root;
    Diagnostics diagnostics;
    const auto verified = api::verify_state(
        *opened.workbench, {.ids = opened.ids, .deep = arguments.has("--deep")}, diagnostics);
    if (!verified) return print(verified.error(), arguments, root);
    for (const auto& note : verified->notes)
        if (!arguments.has("--quiet")) std::cerr << note << "\n";
    if (diagnostics.failed()) return print(diagnostics, arguments, root);
    const auto again =
        arguments.has("--deep") ? fmt::format(", {} computed again", verified->recomputed) : "";
    fmt::print("verified: {} tables, {} slices{}\n", verified->tables, verified->slices, again);
    return 0;
}

int run_repair(const Arguments& arguments) {
    auto opened = open_project(arguments);
    if (!opened) return opened.status;
    const auto lines = api::repair_state(*opened.workbench, arguments.has("--dry-run"));
    if (!lines) return print(lines.error(), arguments, opened.workbench->manifest().root);
    for (const auto& line : *lines) fmt::print("{}\n", line);
    return 0;
}

constexpr Positional positionals[] = {{"SELECT", "Datasets to look at; default: all", false, true}};
constexpr Flag show_flags[] = {
    {"--limit", "N", "So many runs; default: 10"}, {"--json", "", "As JSON"}};
constexpr Flag verify_flags[] = {
    {"--deep", "", "Read every byte of bronze, and compute silver again to compare"}};
constexpr Flag repair_flags[] = {{"--dry-run", "", "Only say what would be done"}};

}  // namespace

extern const Command state_show_command, state_verify_command, state_repair_command;
const Command state_show_command{"state show",
    "Runs, tables with their versions and slices, and who works on them now", show_flags,
    positionals, run_show};
const Command state_verify_command{"state verify", "Whether what stands is what was written",
    verify_flags, positionals, run_verify};
const Command state_repair_command{"state repair",
    "Removes what killed runs left, and makes the catalogue again", repair_flags, {}, run_repair};

}  // namespace ingot::cli
