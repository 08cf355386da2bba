// ingot diff schema: how the columns of a bronze table have changed.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "surface/api/run.h"
#include "surface/api/schema_history.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const api::SchemaHistory& history) {
    Json columns = Json::array(), changes = Json::array();
    for (const auto& column : history.columns)
        columns.push_back({{"name", column.name}, {"type", column.type}});
    for (const auto& change : history.changes)
        changes.push_back({{"version", change.version}, {"slice", change.slice},
            {"run_id", change.run_id}, {"column", change.column},
            {"before", change.before.empty() ? Json(nullptr) : Json(change.before)},
            {"after", change.after}});
    return {{"version", history.version}, {"columns", columns}, {"changes", changes}};
}

std::string to_text(const api::SchemaHistory& history) {
    std::string text;
    std::int64_t version = 0;
    for (const auto& change : history.changes) {
        if (change.version != version)
            text += fmt::format(
                "version {}  slice {}  run {}\n", change.version, change.slice, change.run_id);
        version = change.version;
        const std::string after = change.after.empty() ? "(no value yet)" : change.after;
        text += change.before.empty()
                    ? fmt::format("  + {}  {}\n", change.column, after)
                    : fmt::format("  ~ {}  {} -> {}\n", change.column, change.before, after);
    }
    return text;
}

int run_diff_schema(const Arguments& arguments) {
    auto opened = open_project(arguments);
    if (!opened) return opened.status;
    const auto& manifest = opened.workbench->manifest();
    const auto ids = api::selected(*opened.workbench, {arguments.get("DATASET")}, {});
    if (!ids) return print(ids.error(), arguments, manifest.root);
    if (ids->size() != 1)
        return usage("diff schema takes one dataset, and '" + arguments.get("DATASET") +
                     "' names " + std::to_string(ids->size()) + "; write layer.name");
    const auto history = api::schema_history(*opened.workbench, ids->front());
    if (!history) return print(history.error(), arguments, manifest.root);
    if (arguments.has("--json")) {
        std::puts(to_json(*history).dump(2).c_str());
    } else if (history->version == 0) {
        std::cerr
            << manifest.datasets[ids->front()].dataset.name.text()
            << " has no schema of its own: nothing has landed with schema: evolve or contract:\n";
    } else {
        std::fputs(to_text(*history).c_str(), stdout);
    }
    return 0;
}

constexpr Positional positionals[] = {{"DATASET", "The bronze dataset", true}};
constexpr Flag flags[] = {{"--json", "", "As JSON"}};

}  // namespace

extern const Command diff_schema_command;
const Command diff_schema_command{"diff schema",
    "How the columns of a bronze table have changed, slice by slice", flags, positionals,
    run_diff_schema};

}  // namespace ingot::cli
