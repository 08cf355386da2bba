#pragma once
// The flags that say which rejected rows are meant.
#include "surface/api/quarantine.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

inline constexpr Flag rule_flag{"--rule", "NAME", "Only rows that failed this rule", true};
inline constexpr Flag slice_flag{"--slice", "DATE", "Only rows of this slice"};
inline constexpr Flag where_flag{
    "--where", "SQL", "Only rows for which this is true; it sees what quarantine show shows"};
inline constexpr Flag older_than_flag{
    "--older-than", "DURATION", "Only rows of slices older than this, 30d say"};

Result<run::WhichRejected> which_rejected(const Arguments& arguments);

// What to say to somebody whose flags meant none: a rule may have been misspelled.
std::string hint_of_rules(
    const Arguments& arguments, api::Workbench& workbench, const std::vector<DatasetId>& ids);

}  // namespace ingot::cli
