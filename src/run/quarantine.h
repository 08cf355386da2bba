#pragma once
// Rows that were kept out of a dataset, and why: Parquet files beside it that what stands of it names.
#include <optional>
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

// What is remembered of a table of silver or gold; nothing where none stands.
Result<std::optional<state::Standing>> standing_of(table::TableFormat& tables, const Node& node);

// All quarantined rows: first _ingot_rule (names of the rules, or the reason) and _ingot_observed where rules saw values,
// then where the row came from, then the row: its columns, or for bronze its text.
sql::Fragment quarantine_rows(
    const storage::FileSystem& files, Layer layer, const std::vector<state::SideFile>& quarantine);

// slice, rule, rows: a row that failed two rules counts for both.
sql::Fragment quarantine_counts(
    const storage::FileSystem& files, Layer layer, const std::vector<state::SideFile>& quarantine);

// Which rejected rows are meant; what is left out says nothing. Rows of gold are of no slice.
struct WhichRejected {
    std::vector<std::string> rules{};  // any of these failed
    std::string slice{};
    std::string older_than{};  // a date: rows of earlier slices
    std::string where{};       // somebody's SQL over what `quarantine show` shows
};

// The rows as their files hold them, with _ingot_rule and _ingot_observed as above.
sql::Fragment rejected_rows(const storage::FileSystem& files, Layer layer,
    const std::vector<state::SideFile>& quarantine, const WhichRejected& which);
// As quarantine_rows shows them.
sql::Fragment quarantine_rows(const storage::FileSystem& files, Layer layer,
    const std::vector<state::SideFile>& quarantine, const WhichRejected& which);
// The others.
sql::Fragment other_rejected_rows(const storage::FileSystem& files, Layer layer,
    const std::vector<state::SideFile>& quarantine, const WhichRejected& which);

}  // namespace ingot::run
