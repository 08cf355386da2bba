#pragma once
// What was published at the end of a run: the versions that tables had then, as views.
#include <set>
#include <string>

#include "base/time.h"
#include "platform/storage/file_system.h"
#include "platform/table/table.h"
#include "project/manifest.h"

namespace ingot::run {

struct PastRun {
    std::string run_id;
    Instant ended{};
};

// RUN103 for a run that is not known, or that is still under way.
Result<PastRun> past_run(
    const Manifest& manifest, storage::FileSystem& files, const std::string& run_id);

struct PastOrder {
    const Manifest& manifest;
    storage::FileSystem& files;
    table::TableFormat& tables;
    const PastRun& run;
    std::set<DatasetId> needed{};   // their rows are asked for
    std::set<DatasetId> welcome{};  // left out when they cannot be read any more
};

// Statements that make the views, in a catalogue that is in use and empty. STG001 for what was not published by then, STG106
// for a version whose files are gone.
Result<std::string> past_catalog(const PastOrder& order);

}  // namespace ingot::run
