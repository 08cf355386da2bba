#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "config/bind.h"
#include "project/place.h"
#include "surface/api/run.h"
#include "surface/api/schema.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

// Every leaf of the settings, as path: value, with the place it came from when asked.
void show(const config::Value& value, const std::string& path, bool origins, std::string& out) {
    if (const auto* map = value.map(); map && !map->empty()) {
        for (const auto& entry : *map)
            show(entry.value, path.empty() ? entry.key : path + "." + entry.key, origins, out);
        return;
    }
    out += fmt::format("  {:<36} {}", path, config::to_flow(value));
    if (origins)
        out += "   # " + (value.span.known() ? to_string(value.span) : std::string("default"));
    out += "\n";
}

// Defaults first, then what the author wrote, which knows its place.
config::Value effective(const Dataset& dataset) {
    config::Value all;
    all.data = config::Map{};
    if (dataset.silver())
        all.map()->push_back({"silver", {}, config::values_of(*dataset.silver())});
    if (dataset.gold()) all.map()->push_back({"gold", {}, config::values_of(*dataset.gold())});
    if (dataset.bronze())
        all.map()->push_back({"options", {}, config::values_of(dataset.bronze()->table.options)});
    config::overlay(all, dataset.settings);
    return all;
}

std::string described(const Manifest& manifest, const Node& node, bool origins) {
    const auto& dataset = node.dataset;
    std::string out = dataset.name.text() + "\n";
    out += fmt::format("  {:<36} {}\n  {:<36} {}\n", "file", dataset.file, "table",
        manifest.warehouse + "/" + place_for_readers(node.dataset, manifest));
    for (const auto id : node.inputs)
        out += fmt::format("  {:<36} {}\n", "reads", manifest.datasets[id].dataset.name.text());
    for (const auto id : node.readers)
        out += fmt::format("  {:<36} {}\n", "read by", manifest.datasets[id].dataset.name.text());
    if (dataset.silver())
        out += fmt::format("  {:<36} {}\n", "promotes",
            node.select.row_wise ? "slice by slice"
                                 : "whole, because of " + node.select.why_not_row_wise);
    show(effective(dataset), "", origins, out);
    return out;
}

int write_reference(const std::string& folder) {
    std::filesystem::create_directories(folder);
    for (const auto& [name, text] : api::reference_pages())
        std::ofstream(folder + "/" + name) << text;
    std::ofstream(folder + "/commands.md") << command_reference();
    return 0;
}

int run_describe(const Arguments& arguments) {
    if (arguments.has("--reference")) return write_reference(arguments.get("--reference"));
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& manifest = opened.workbench->manifest();
    std::string text;
    auto json = nlohmann::ordered_json::object();
    for (const auto id : opened.ids) {
        const auto& node = manifest.datasets[id];
        if (arguments.has("--json"))
            json[node.dataset.name.text()] =
                nlohmann::ordered_json::parse(config::to_json(effective(node.dataset)));
        else
            text += described(manifest, node, arguments.has("--origins"));
    }
    if (arguments.has("--json")) text = json.dump(2) + "\n";
    std::fputs(text.c_str(), stdout);
    return 0;
}

constexpr Positional positionals[] = {{"SELECT", "Datasets to describe", false, true}};
constexpr Flag flags[] = {{"--origins", "", "With the file and line every value comes from"},
    {"--json", "", "As JSON"},
    {"--reference", "DIR", "Write the reference pages of the program instead"}};

}  // namespace

std::string command_reference() {
    std::string page = "# Commands\n\nGenerated from the program; do not edit.\n\n";
    const auto table = [&](std::span<const Flag> list) {
        page += "| option | meaning |\n|---|---|\n";
        for (const auto& flag : list)
            page += fmt::format("| `{}{}{}` | {} |\n", flag.name, flag.value.empty() ? "" : " ",
                flag.value, flag.doc);
        page += "\n";
    };
    for (const auto* command : commands()) {
        page += fmt::format("## ingot {}\n\n{}.\n\n", command->name, command->doc);
        if (!command->positionals.empty()) {
            page += "| argument | meaning |\n|---|---|\n";
            for (const auto& positional : command->positionals)
                page += fmt::format("| `{}`{} | {} |\n", positional.name,
                    positional.required ? "" : " (optional)", positional.doc);
            page += "\n";
        }
        if (!command->flags.empty()) table(command->flags);
    }
    page += "## Everywhere\n\n";
    table(global_flags());
    return page;
}

extern const Command describe_command;
const Command describe_command{
    "describe", "A dataset with all its values", flags, positionals, run_describe};

}  // namespace ingot::cli
