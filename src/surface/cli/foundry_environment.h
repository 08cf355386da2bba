#pragma once
// The variables that the foundry's command lines were steered by: BRONZE_LOG_FORMAT, BRONZE_LOG_LEVEL, BRONZE_LOG_FILE,
// BRONZE_TRACING. Flags win over them.
#include "base/diagnostics.h"
#include "event/events.h"
#include "surface/cli/command.h"

namespace ingot::cli {

// The arguments with what the environment says about the log.
Arguments with_environment(Arguments arguments);

// What the environment asks for and this build has not, as warnings.
void tell_of_environment(Diagnostics& diagnostics);

// As attach_sinks, and into BRONZE_LOG_FILE: JSON, one object a line; at 10 MB the file becomes .1, and so on to .5.
void attach_foundry_sinks(const Arguments& arguments, Bus& bus, const std::string& run_id);

// --on-success-webhook or --on-failure-webhook. Nobody's answer changes what became of the run.
void call_webhooks(const Arguments& arguments, const std::string& payload, bool is_success);

}  // namespace ingot::cli
