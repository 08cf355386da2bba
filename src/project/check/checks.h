#pragma once
// What can be wrong with one dataset's options after every one of them has its right type. One check, one idea.
#include "base/diagnostics.h"
#include "project/dataset.h"

namespace ingot::project {

void check_silver(const SilverSpec& spec, const Dataset& dataset, Diagnostics& diagnostics);
std::string word_of(History history);
// Options that the history has no use for, where the dataset itself says them.
void check_history_options(
    const SilverSpec& spec, const Dataset& dataset, Diagnostics& diagnostics);
void check_dedupe(
    const DedupeSpec& dedupe, const SilverSpec& spec, const Span& origin, Diagnostics& diagnostics);
void check_rules(const Rules& rules, Diagnostics& diagnostics);
// fail_above of a rule, or of what is set aside.
void check_tolerance(const Tolerance& tolerance, const std::string& owner, const Span& where,
    Diagnostics& diagnostics);
void check_table(const BronzeDataset& bronze, Diagnostics& diagnostics);

}  // namespace ingot::project
