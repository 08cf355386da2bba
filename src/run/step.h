#pragma once
// The steps of a plan, each a function from a step to its report. Errors are in the report's `error`.
#include "run/context.h"

namespace ingot::run {

// Lands one slice of a bronze dataset.
Result<StepReport> land_step(const RunContext& context, const Step& step);
// Promotes what is new in the inputs of a silver dataset into its standing table.
Result<StepReport> promote_step(const RunContext& context, const Step& step);
// Computes a gold dataset whole and publishes it.
Result<StepReport> build_step(const RunContext& context, const Step& step);

// Pins everything that stands, so that steps can read what this plan does not run.
Status pin_all(const RunContext& context);
// Pins the slices of a bronze dataset that stand now.
Status pin_bronze(const RunContext& context, const Node& node);

// Kills the process here when INGOT_FAIL_AT names this boundary: how tests cut the power.
void boundary(std::string_view name);

}  // namespace ingot::run
