#include <algorithm>
#include <array>
#include <filesystem>

#include <unistd.h>

#include "surface/api/query.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

constexpr std::array<std::string_view, 6> formats{
    "table", "csv", "json", "jsonl", "parquet", "arrow"};

int run_query(const Arguments& arguments) {
    const auto wanted = arguments.get("--format", "table");
    const auto it = std::ranges::find(formats, wanted);
    if (it == formats.end())
        return usage(
            "--format takes table, csv, json, jsonl, parquet or arrow, not '" + wanted + "'");
    const auto options = workbench_options(arguments);
    if (!options) return print(options.error(), arguments);
    api::QueryRequest request{.sql = arguments.get("SQL"),
        .warehouse = {},
        .format = static_cast<api::Format>(it - formats.begin()),
        .threads = options->threads,
        .memory = options->memory};
    std::string root;
    if (arguments.has("--as-of-run")) {
        if (arguments.has("--warehouse"))
            return usage(
                "--as-of-run needs the project, which knows the tables; leave --warehouse out");
        auto opened = open_project(arguments);
        if (!opened) return opened.status;
        root = opened.workbench->root();
        const auto done =
            api::query_as_of_run(*opened.workbench, request, arguments.get("--as-of-run"));
        return done ? 0 : print(done.error(), arguments, root);
    }
    if (arguments.has("--warehouse")) {
        request.warehouse = absolute_warehouse(
            std::filesystem::current_path().string(), arguments.get("--warehouse"));
        request.stores.scratch =
            (std::filesystem::temp_directory_path() / ("ingot-" + std::to_string(::getuid())))
                .string();
    } else {
        auto opened = open_project(arguments);
        if (!opened) return opened.status;
        request.warehouse = opened.workbench->manifest().warehouse;
        request.stores = opened.workbench->store_settings();
        root = opened.workbench->root();
    }
    if (const auto done = api::query(request); !done) return print(done.error(), arguments, root);
    return 0;
}

constexpr Positional positionals[] = {{"SQL", "The query; tables are layer.name", true}};
constexpr Flag flags[] = {{"--format", "FORMAT", "table, csv, json, jsonl, parquet or arrow"},
    {"--as-of-run", "RUN", "What stood when this run ended; `ingot state show` lists the runs"},
    {"--warehouse", "PATH", "The warehouse to read, without a project"}};

}  // namespace

extern const Command query_command;
const Command query_command{
    "query", "Run SQL against what is published", flags, positionals, run_query};

}  // namespace ingot::cli
