#pragma once
// catalog.duckdb: views over everything published, for any tool that opens DuckDB. Rebuilt beside itself, then renamed.
#include <functional>

#include "platform/engine/session.h"
#include "platform/storage/file_system.h"
#include "platform/table/table.h"
#include "project/manifest.h"

namespace ingot::run {

// Does nothing when the catalogue shows the newest versions already; asks for the engine only when it does not. Who has just
// published something `expects_change`, which saves a look at everything.
using OpenEngine = std::function<Result<engine::Engine*>()>;
Status refresh_catalog(const Manifest& manifest, storage::FileSystem& files,
    table::TableFormat& tables, const OpenEngine& open, const std::string& run_id,
    bool expects_change = false);

Result<bool> is_catalog_current(
    const Manifest& manifest, storage::FileSystem& files, table::TableFormat& tables);
// Statements that make the views of one dataset and of what stands beside it, in a catalogue with the schemas bronze, silver,
// gold, quarantine and deleted; empty when it was never published.
Result<std::string> catalog_entries(
    const Node& node, storage::FileSystem& files, table::TableFormat& tables);
// The next refresh makes it again, whatever it shows now.
Status forget_catalog(storage::FileSystem& files);

}  // namespace ingot::run
