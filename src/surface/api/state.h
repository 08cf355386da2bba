#pragma once
// What earlier runs left: showing it, verifying it, and removing what nobody needs.
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "state/journal.h"
#include "state/lease.h"
#include "surface/api/workbench.h"

namespace ingot::api {

// A file of a landing folder (new_files).
struct SeenFile {
    std::string name;
    std::string slice;  // date
    std::int64_t rows = 0;
};

struct StandingTable {
    std::string dataset;
    std::int64_t version = -1;  // -1: has no versions (bronze, views)
    std::int64_t rows = -1;
    std::string run_id{};               // that changed it last; none for bronze
    std::vector<std::string> slices{};  // dates of bronze that stand here, or were taken in
    std::vector<std::string>
        gaps{};  // bronze: dates between the first and the last slice without one
    std::vector<SeenFile> files{};          // bronze with new_files: those that have landed
    std::optional<state::Holder> holder{};  // who works on it now
};

struct StateView {
    std::vector<state::RunRecord> runs;  // the newest first; those that touched what was asked for
    std::vector<StandingTable> tables;   // those that stand
};

struct ShowState {
    std::vector<DatasetId> ids;
    std::size_t runs = 10;
    bool all = true;  // no selection: every run
};

Result<StateView> show_state(Workbench& workbench, const ShowState& wanted);

struct VerifyState {
    std::vector<DatasetId> ids;
    bool deep = false;  // read every byte of bronze, and compute silver again
};

struct Verified {
    std::size_t tables = 0;
    std::size_t slices = 0;
    std::size_t recomputed = 0;
    std::vector<std::string> notes{};  // what could not be compared, and why
};

// What is wrong is STATE103 in `diagnostics`, one for each file or table.
Result<Verified> verify_state(
    Workbench& workbench, const VerifyState& wanted, Diagnostics& diagnostics);

// One line for each thing removed, kept against the wish, or made again.
Result<std::vector<std::string>> repair_state(Workbench& workbench, bool dry_run);

}  // namespace ingot::api
