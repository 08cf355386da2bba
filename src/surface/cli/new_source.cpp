#include <cstdio>

#include "surface/api/new_source.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

int run_new_source(const Arguments& arguments) {
    const auto written = api::write_new_source({.project_dir = arguments.get("--project-dir"),
        .system = arguments.get("NAME"),
        .type = arguments.get("--type", "file"),
        .table = arguments.get("--table", "orders")});
    if (!written) return print(written.error(), arguments);
    std::fprintf(stderr, "wrote %s\nNext: ingot run source:%s\n", written->c_str(),
        arguments.get("NAME").c_str());
    return 0;
}

constexpr Positional positionals[] = {{"NAME", "The system's name", true}};
constexpr Flag flags[] = {
    {"--type", "TYPE", "Kind of source; default file"}, {"--table", "NAME", "Its first table"}};

}  // namespace

extern const Command new_source_command;
const Command new_source_command{
    "new source", "A sources/NAME.yml to start from", flags, positionals, run_new_source};

}  // namespace ingot::cli
