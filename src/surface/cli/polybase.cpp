#include "surface/api/polybase.h"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

Status write(const std::filesystem::path& path, const std::string& text) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.flush();
    if (!out) return fail("STG001", "cannot write " + path.string());
    return {};
}

int run_polybase(const Arguments& arguments) {
    Diagnostics diagnostics;
    const auto files = api::polybase_ddl(arguments.all("FILE"), diagnostics);
    const int status = print(diagnostics, arguments, "");
    for (const auto& file : files) {
        if (!arguments.has("--output-dir")) {
            std::cout << file.text;
            continue;
        }
        const auto done =
            write(std::filesystem::path(arguments.get("--output-dir")) / file.name, file.text);
        if (!done) return print(done.error(), arguments);
    }
    std::cout.flush();
    return status;
}

int run_expand(const Arguments& arguments) {
    if (!arguments.has("--config") || !arguments.has("--output"))
        return usage("expand_owner_intent needs --config FILE and --output FILE");
    Diagnostics diagnostics;
    const auto expanded = api::expand_owner_intent(arguments.get("--config"), diagnostics);
    const int status = print(diagnostics, arguments, "");
    if (diagnostics.failed()) return status;
    if (const auto done = write(arguments.get("--output"), expanded.text); !done)
        return print(done.error(), arguments);
    for (const auto& line : expanded.checklist) std::cout << line << "\n";
    std::cout.flush();
    return 0;
}

constexpr Positional ddl_positionals[] = {{"FILE", "Configurations with intents", true, true}};
constexpr Flag ddl_flags[] = {{"--output-dir", "DIR",
    "A file <system>.<entity>_polybase.sql for each; default: stdout", false, "-o"}};
constexpr Flag expand_flags[] = {{"--config", "FILE", "Configuration with intents"},
    {"--output", "FILE", "Where the same goes, with derived_paths in every dataset"}};

}  // namespace

extern const Command polybase_ddl_command, expand_owner_intent_command;
const Command polybase_ddl_command{"polybase-ddl",
    "The foundry's generate_polybase_ddl: T-SQL over silver of intents", ddl_flags, ddl_positionals,
    run_polybase};
const Command expand_owner_intent_command{"expand-owner-intent",
    "The foundry's expand_owner_intent: the folders that intents lead to", expand_flags, {},
    run_expand};

}  // namespace ingot::cli
