#pragma once
// From rows in staging to a published slice: rules, parts, record, checksums, quarantine; the same for every source.
#include <optional>
#include <string>
#include <vector>

#include "run/land.h"
#include "run/landing.h"
#include "run/slice_record.h"

namespace ingot::run {

// Folders relative to the warehouse.
std::string slice_folder(const Node& node, Date date);
std::string slice_folder(const LandOrder& order);
std::string slice_staging(const LandOrder& order);

// Empties the slice's staging folder, runs `work`, and removes the folder again, whatever came of it.
template <class Work>
Result<StepReport> with_staging(
    const LandOrder& order, storage::FileSystem& files, const Work& work) {
    const auto staging = slice_staging(order);
    TRY(files.remove(staging));
    TRY(files.make_folder(staging + "/scratch"));
    TRY(files.make_folder(staging + "/slice"));
    auto report = work();
    const auto swept = files.remove(staging);
    if (report && !swept) return std::unexpected(swept.error());
    if (report) return report;
    const auto& path = order.node.dataset.bronze()->table.path;
    return std::unexpected(Error(report.error()).at(path ? path->span : order.node.dataset.origin));
}

struct SliceWriting {
    const LandOrder& order;
    engine::Session& session;
    storage::FileSystem& files;
    const LandingOrder& reading;
};

// A file that rows were read from; of an archive, how many of reading.inputs are its members.
struct SourceFile {
    file::Found found;
    std::string xxh64;
    std::size_t members = 0;
};

// What goes into the slice's record beside its rows.
struct SliceProvenance {
    std::vector<SourceFile> sources;  // in the order of reading.inputs
    std::optional<CursorValue> cursor{};
    std::string position{};
    std::int64_t number = 0;  // of the landing within its dataset
    // The slice of the same date that stands and whose rows stay; the new ones come after them.
    std::optional<SliceRecord> kept{};
    // Slices whose rejected rows may come again, and are not rejected again then; nothing: none. Outlives the writing.
    const StandingSlices* earlier = nullptr;
    // Nothing is published when the slice that stands has the same parts and position.
    bool may_stand = false;
};

// With one thread the engine writes Parquet by another way, which cuts row groups elsewhere: equal rows would give
// other bytes than with two or more.
Status use_two_threads(engine::Session& session);

// The record of the slice in the folder, if one stands; an unreadable one is an empty record.
Result<std::optional<SliceRecord>> standing_record(
    storage::FileSystem& files, const std::string& folder);

Result<StepReport> publish_slice(
    const SliceWriting& writing, LandedFile landed, const SliceProvenance& context);

}  // namespace ingot::run
