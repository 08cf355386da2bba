#pragma once
// Bronze on disk: what a source shows for a date, landing it as one slice, and reading slices back by name.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "data/columns.h"
#include "event/events.h"
#include "medallion/bronze/layout.h"
#include "plan/plan.h"
#include "platform/engine/session.h"
#include "platform/storage/file_system.h"
#include "platform/storage/stores.h"
#include "project/manifest.h"
#include "sql/fragment.h"

namespace ingot::run {

// A slice that stands: bronze/…/dt=YYYY-MM-DD with its _metadata.json.
struct StandingSlice {
    std::string folder{};           // relative to the warehouse
    std::string run_id{};           // of the run that landed it
    std::vector<std::string> urls;  // part files, in order
    Columns columns;                // as its metadata says; no file has to be opened
    std::string fingerprint;        // of the content (checksums of its parts) and of nothing else
    std::int64_t rows = 0;
    std::vector<std::int64_t> part_rows{};  // as urls
    std::vector<std::pair<std::string, std::int64_t>>
        inputs{};  // source files and their rows, in the order of the rows
    std::vector<std::string> empty_columns{};  // without a value, so that their types say nothing
    std::int64_t schema_version = 0;
    Columns schema{};              // the table's own, if it has one
    std::int64_t quarantined = 0;  // and kept
    std::int64_t purged = 0;
    std::optional<std::string>
        quarantine{};  // Parquet: file, line, text, reason; relative to the warehouse
};
using StandingSlices = std::map<std::string, StandingSlice>;  // by date

// Reads the metadata of every slice of a bronze dataset; cheap (one small file each, no engine).
Result<StandingSlices> standing_slices(storage::FileSystem& files, const Node& node);

// What the source shows for a date against what stands (surface §3 "when a slice is taken again").
Result<SliceWork> look_at_source(storage::Stores& stores, storage::FileSystem& files,
    const Manifest& manifest, const Node& node, Date date);

struct LandOrder {
    const Manifest& manifest;
    const Node& node;
    storage::Stores& stores;
    Date date;
    std::string run_id;
    Instant now;
    bool full_refresh = false;
    std::function<bool()> stopped = [] { return false; };
    SliceLayout layout{};
    std::string folder{};  // of the slice, where the layout is not our own; relative to the root
};

// Reads the source's files for the date, stages parts, quarantine, _metadata.json and _checksums.json, and publishes
// the slice folder in one step. Counts reconcile; `report.warnings` tells of padded rows and demoted types.
Result<StepReport> land(
    const LandOrder& order, engine::Session& session, storage::FileSystem& files);

// One slice as it stands in a folder of the warehouse.
Result<StandingSlice> read_slice(storage::FileSystem& files, const std::string& path);

// Slices as one relation: the source's columns by name, with a type in which no slice loses anything, and _ingot_slice,
// _ingot_file, _ingot_row. `declared`: the columns when there is no slice with any.
struct BronzeView {
    Columns columns;             // the source's
    sql::Fragment select;        // columns and the three of our own
    sql::Fragment select_plain;  // columns alone
};
Result<BronzeView> bronze_view(const StandingSlices& slices, const Columns& declared);
// The same columns and types as `like`, rows of these slices alone.
sql::Fragment bronze_rows(const StandingSlices& slices, const Columns& like);

}  // namespace ingot::run
