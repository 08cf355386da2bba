#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/suggest.h"
#include "surface/api/schema.h"
#include "surface/cli/command.h"

namespace ingot::cli {

namespace {

int run_schema(const Arguments& arguments) {
    const auto kind = arguments.get("KIND");
    const auto text = api::file_schema(kind);
    if (text.empty()) {
        const auto kinds = api::file_kinds();
        std::string all;
        for (const auto& name : kinds) all += (all.empty() ? "" : ", ") + name;
        std::fprintf(stderr, "USE101 '%s' is not a kind of file%s; there are %s\n", kind.c_str(),
            did_you_mean(kind, kinds).c_str(), all.c_str());
        return 64;
    }
    std::printf("%s\n", text.c_str());
    return 0;
}

constexpr Positional positionals[] = {
    {"KIND", "project, source, model, defaults or foundry; default: all of them in one schema"}};

}  // namespace

extern const Command schema_command;
const Command schema_command{
    "schema", "JSON Schema of the project's files", {}, positionals, run_schema};

}  // namespace ingot::cli
