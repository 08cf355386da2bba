#include "surface/cli/attach_sinks.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "observe/sinks.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

void attach_sinks(const Arguments& arguments, Bus& bus, const std::string& run_id) {
    const auto format = arguments.get("--log-format", "human");
    if (format == "json")
        return bus.attach(observe::jsonl(stderr, Clock::from_environment(), run_id));
    if (format == "simple") return bus.attach(observe::simple(stderr));
    const bool live = isatty(2) == 1 && !arguments.has("--quiet") && !std::getenv("CI");
    bus.attach(observe::console({.out = stderr,
        .colors = colors_wanted(arguments, 2),
        .live = live,
        .quiet = arguments.has("--quiet"),
        .verbose = arguments.has("--verbose")}));
}

}  // namespace ingot::cli
