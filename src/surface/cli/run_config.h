#pragma once
// ingot run --config FILE: bronze and silver of a foundry configuration, which is what its run_intent_config does.
#include "surface/cli/command.h"

namespace ingot::cli {

// The exit status; the smallest that is not 0 of the datasets that failed.
int run_config(const Arguments& arguments);

}  // namespace ingot::cli
