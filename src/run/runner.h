#pragma once
// Executes a plan: decides on its own thread, does the work on workers, and is the only owner of threads.
#include <functional>
#include <vector>

#include "run/context.h"

namespace ingot::run {

struct RunnerOptions {
    int workers = 1;
    bool fail_fast = false;
};

using StepFunction = std::function<Result<StepReport>(const RunContext&, const Step&)>;

// One report per step, in the plan's order. A failure skips what depends on it and nothing else, or everything not yet
// started with fail_fast; an interrupt lets running steps end and starts no more.
std::vector<StepReport> execute(
    const RunContext& context, const RunnerOptions& options, const StepFunction& work);

// The step functions of this build, with the dataset's lease held while they work.
Result<StepReport> run_step(const RunContext& context, const Step& step);

}  // namespace ingot::run
