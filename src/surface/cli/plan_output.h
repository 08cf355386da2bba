#pragma once
#include <cstdio>

#include "plan/plan.h"

namespace ingot::cli {

// The plan by stages, each step with its reason, then what is up to date.
void show_plan(const Plan& plan, std::FILE* out);

}  // namespace ingot::cli
