#include <cstdio>
#include <filesystem>

#include "surface/api/templates.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

int run_init(const Arguments& arguments) {
    const auto folder = std::filesystem::absolute(arguments.get("DIR", ".")).lexically_normal();
    const auto name = arguments.get("--template", "shop");
    const auto written = api::write_template(folder.string(), name);
    if (!written) return print(written.error(), arguments);
    for (const auto& file : *written) std::fprintf(stderr, "wrote %s\n", file.c_str());
    const auto place = arguments.get("DIR", ".");
    const auto there = place == "." ? std::string() : "cd " + place + " && ";
    const std::string next = name == "empty"
                                 ? "ingot new source NAME"
                                 : "ingot run && ingot query \"FROM gold.revenue_by_city\"";
    std::fprintf(stderr, "Next: %s%s\n", there.c_str(), next.c_str());
    return 0;
}

constexpr Positional positionals[] = {{"DIR", "Where; default: here"}};
constexpr Flag flags[] = {{"--template", "NAME", "shop (default) or empty"}};

}  // namespace

extern const Command init_command;
const Command init_command{
    "init", "A project that runs at once, offline", flags, positionals, run_init};

}  // namespace ingot::cli
