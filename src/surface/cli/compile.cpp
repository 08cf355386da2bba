#include <fmt/format.h>

#include "surface/api/compile.h"
#include "surface/api/run.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

int run_compile(const Arguments& arguments) {
    auto opened = open_project(arguments);
    if (!opened) return opened.status;
    const auto& manifest = opened.workbench->manifest();
    const auto ids = api::selected(*opened.workbench, arguments.all("SELECT"), {});
    if (!ids) return print(ids.error(), arguments, manifest.root);
    for (const auto id : *ids) {
        const auto text = api::compiled(manifest, manifest.datasets[id]);
        if (!text) return print(text.error(), arguments, manifest.root);
        if (!text->empty()) fmt::print("-- {}\n{}\n\n", manifest.datasets[id].dataset.name.text(), *text);
    }
    return 0;
}

constexpr Positional positionals[] = {{"SELECT", "Datasets to compile; default: all", false, true}};

}  // namespace

extern const Command compile_command;
const Command compile_command{"compile", "The SQL that the engine runs for a dataset", {}, positionals, run_compile};

}  // namespace ingot::cli
