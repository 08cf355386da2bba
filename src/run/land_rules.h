#pragma once
// Rules on a bronze table: rows of the staged file that a rule removes, before the slice is cut into parts.
#include "event/events.h"
#include "medallion/quality/rule.h"
#include "run/landing.h"

namespace ingot::run {

// Rewrites landed.path without the rows that rules drop or quarantine, adds those to the quarantine file (input, row
// as JSON, rule names), and tells what each rule found. QUAL001 when a rule with on_fail: fail does.
Result<std::vector<RuleOutcome>> apply_rules(
    const LandingOrder& order, const quality::Rules& rules, Date slice, LandedFile& landed);

}  // namespace ingot::run
