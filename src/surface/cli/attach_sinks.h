#pragma once
// Who is told what happens in a run, by the options that all commands have.
#include "event/events.h"
#include "surface/cli/command.h"

namespace ingot::cli {

void attach_sinks(const Arguments& arguments, Bus& bus, const std::string& run_id);

}  // namespace ingot::cli
