#pragma once
// Rows that were kept out of a dataset, and why: Parquet files beside it that what stands of it names.
#include <string>
#include <vector>

#include "platform/storage/file_system.h"
#include "platform/table/table.h"
#include "project/manifest.h"
#include "sql/fragment.h"
#include "state/standing.h"

namespace ingot::run {

// Paths are relative to the warehouse; for bronze with the slice they belong to.
Result<std::vector<state::SideFile>> quarantine_files(
    storage::FileSystem& files, table::TableFormat& tables, const Node& node);

// All quarantined rows: first _ingot_rule (names of the rules, or the reason) and _ingot_observed where rules saw values,
// then where the row came from, then the row: its columns, or for bronze its text.
sql::Fragment quarantine_rows(
    const storage::FileSystem& files, Layer layer, const std::vector<state::SideFile>& quarantine);

// slice, rule, rows: a row that failed two rules counts for both.
sql::Fragment quarantine_counts(
    const storage::FileSystem& files, Layer layer, const std::vector<state::SideFile>& quarantine);

}  // namespace ingot::run
