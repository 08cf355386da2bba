#include "surface/api/compile.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "surface/api/run.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

nlohmann::ordered_json to_json(const api::CompiledDataset& compiled) {
    auto statements = nlohmann::ordered_json::array();
    for (const auto& statement : compiled.step.statements)
        statements.push_back({{"name", statement.name}, {"sql", statement.sql}});
    return {{"name", compiled.dataset}, {"file", compiled.file},
        {"complete", compiled.step.why_model_only.empty()},
        {"reason", compiled.step.why_model_only}, {"statements", statements}};
}

int run_compile(const Arguments& arguments) {
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->manifest().root;
    const auto all = api::compile(*opened.workbench, opened.ids);
    if (!all) return print(all.error(), arguments, root);
    std::string text;
    auto json = nlohmann::ordered_json::array();
    for (const auto& compiled : *all) {
        text += (text.empty() ? "" : "\n") + api::as_sql(compiled);
        json.push_back(to_json(compiled));
    }
    if (arguments.has("--json")) text = json.dump(2) + "\n";
    std::fputs(text.c_str(), stdout);
    return 0;
}

constexpr Positional positionals[] = {{"SELECT", "Datasets to compile; default: all", false, true}};
constexpr Flag flags[] = {
    {"--exclude", "SELECT", "Datasets to leave out", true}, {"--json", "", "As JSON"}};

}  // namespace

extern const Command compile_command;
const Command compile_command{"compile",
    "The SQL that the engine runs for a dataset; also into target/compiled", flags, positionals,
    run_compile};

}  // namespace ingot::cli
