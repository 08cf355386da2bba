#include <cstdio>
#include <string>

#include "base/code.h"
#include "base/suggest.h"
#include "surface/cli/command.h"

namespace ingot::cli {

namespace {

int run_explain(const Arguments& arguments) {
    const auto wanted = arguments.get("CODE");
    std::vector<std::string> ids;
    for (const auto& entry : code_table()) {
        ids.emplace_back(entry.id);
        if (entry.id != wanted) continue;
        std::printf("%s  %s\n\n%s\n\n", ids.back().c_str(), std::string(entry.title).c_str(),
            std::string(entry.help).c_str());
        if (entry.exit_status == 0)
            std::printf("a warning: it changes no exit status\n");
        else
            std::printf("exit status %d\n", entry.exit_status);
        return 0;
    }
    std::fprintf(
        stderr, "USE101 '%s' is not a code%s\n", wanted.c_str(), did_you_mean(wanted, ids).c_str());
    return 64;
}

constexpr Positional positionals[] = {{"CODE", "The code of a message, such as CFG101", true}};

}  // namespace

extern const Command explain_command;
const Command explain_command{
    "explain", "What a code means and what to do", {}, positionals, run_explain};

}  // namespace ingot::cli
