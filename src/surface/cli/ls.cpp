#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "surface/api/run.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

nlohmann::ordered_json row_of(const Manifest& manifest, const Node& node) {
    auto inputs = nlohmann::ordered_json::array();
    for (const auto id : node.inputs) inputs.push_back(manifest.datasets[id].dataset.name.text());
    return {{"name", node.dataset.name.text()}, {"layer", to_string(node.dataset.name.layer)},
        {"file", node.dataset.file}, {"tags", node.dataset.tags},
        {"owner", node.dataset.owner.value_or("")}, {"inputs", inputs}};
}

int run_ls(const Arguments& arguments) {
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& manifest = opened.workbench->manifest();
    std::ranges::sort(
        opened.ids, {}, [&](DatasetId id) { return manifest.datasets[id].dataset.name; });
    std::string text;
    auto json = nlohmann::ordered_json::array();
    for (const auto id : opened.ids) {
        const auto& node = manifest.datasets[id];
        if (arguments.has("--json"))
            json.push_back(row_of(manifest, node));
        else
            text += arguments.has("--long")
                        ? fmt::format("{:<40} {}\n", node.dataset.name.text(), node.dataset.file)
                        : node.dataset.name.text() + "\n";
    }
    if (arguments.has("--json")) text = json.dump(2) + "\n";
    std::fputs(text.c_str(), stdout);
    return 0;
}

constexpr Positional positionals[] = {{"SELECT", "Datasets to list; default: all", false, true}};
constexpr Flag flags[] = {{"--exclude", "SELECT", "Datasets to leave out", true},
    {"--long", "", "With the file that defines each"}, {"--json", "", "As JSON"}};

}  // namespace

extern const Command ls_command;
const Command ls_command{"ls", "The datasets of the project", flags, positionals, run_ls};

}  // namespace ingot::cli
