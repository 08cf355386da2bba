#include "run/land.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <mutex>

#include "base/content_hash.h"
#include "base/suggest.h"
#include "platform/connector/file.h"
#include "platform/storage/at_once.h"
#include "run/file_ledger.h"
#include "run/landing.h"
#include "run/slice_writer.h"
#include "run/source_files.h"
#include "state/slices.h"

namespace ingot::run {

namespace {

SourceReach reach_of(const LandOrder& order) {
    return run::reach_of(
        order.stores, order.manifest.root, order.node.dataset.bronze()->connection, order.stopped);
}

Result<std::vector<file::Found>> source_files(
    const SourceReach& reach, const Node& node, Date date) {
    const auto& bronze = *node.dataset.bronze();
    if (!bronze.table.path)
        return fail("EXT103",
            node.dataset.name.text() + ": a table of files needs a path:", node.dataset.origin);
    const auto& path = *bronze.table.path;
    const auto dated = file::with_date(joined_pattern(bronze.connection.path, path.value), date);
    if (!dated) return std::unexpected(Error(dated.error()).at(path.span));
    auto found = find_source_files(reach, *dated);
    if (!found) return std::unexpected(Error(found.error()).at(path.span));
    return found;
}

bool lies_elsewhere(const Node& node) {
    const auto& bronze = *node.dataset.bronze();
    return bronze.table.path &&
           storage::is_url(joined_pattern(bronze.connection.path, bronze.table.path->value));
}

// Size and time first; the content only where the time alone differs.
Result<bool> is_as_it_was(const std::vector<file::Found>& found, const SliceRecord& record) {
    if (found.size() != record.inputs.size()) return false;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (found[i].name != record.inputs[i].name || found[i].size != record.inputs[i].size)
            return false;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (is_of_same_time(found[i], record.inputs[i].modified_us)) continue;
        // To compare, it would have to be brought; landing it again finds out.
        if (storage::is_url(found[i].path)) return false;
        if (TRY(xxh64_file(found[i].path)) != record.inputs[i].xxh64) return false;
    }
    return true;
}

// What may be meant: the folder that is not there, or the nearest name in it.
std::string hint_for(const std::filesystem::path& wanted) {
    const auto folder = wanted.parent_path();
    std::error_code error;
    if (folder.string().find_first_of("*?[") != std::string::npos) return "";
    if (!std::filesystem::is_directory(folder, error))
        return "; there is no folder " + folder.string();
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        names.push_back(entry.path().filename().string());
    return did_you_mean(wanted.filename().string(), names);
}

Error no_file(const Manifest& manifest, const Node& node, Date date) {
    const auto& bronze = *node.dataset.bronze();
    const auto pattern = joined_pattern(bronze.connection.path, bronze.table.path->value);
    auto dated = file::with_date(pattern, date).value_or(pattern);
    std::string hint;
    if (!storage::is_url(dated)) {
        dated = (std::filesystem::path(manifest.root) / dated).lexically_normal().string();
        hint = hint_for(dated);
    }
    return {"EXT101",
        node.dataset.name.text() + ": no file matches " + dated + " for " + to_string(date) + hint +
            "; check the path and --date, or set missing: skip",
        bronze.table.path->span, false};
}

Result<StepReport> nothing(const char* reason) {
    StepReport report;
    report.status = StepStatus::unchanged;
    report.reason = reason;
    return report;
}

// A file that grew while it was read would be recorded as what it is now, and its other half never landed.
Status refuse_moving_inputs(const LandOrder& order, const std::vector<file::Found>& inputs) {
    const auto now = TRY(source_files(reach_of(order), order.node, order.date));
    const bool takes_all = !order.node.dataset.bronze()->table.options.new_files;
    for (const auto& input : inputs) {
        const auto it = std::ranges::find(now, input.path, &file::Found::path);
        if (it == now.end() || it->size != input.size || it->modified_us != input.modified_us ||
            (takes_all && now.size() != inputs.size()))
            return fail(
                "EXT001", input.name + " changed while it was read; run again when it is complete");
    }
    return {};
}

Result<std::vector<SourceFile>> hashed(std::vector<SourceFile> sources) {
    for (auto& source : sources) source.xxh64 = TRY(xxh64_file(source.found.path));
    return sources;
}

// What is read: the files, and instead of an archive its members.
Result<std::vector<file::Found>> opened(
    std::vector<SourceFile>& sources, const FileOptions& options, const std::string& scratch) {
    std::vector<file::Found> inputs;
    for (auto& source : sources) {
        if (!file::is_archive(source.found)) {
            inputs.push_back(source.found);
            continue;
        }
        const auto folder = scratch + "/archive-" + std::to_string(inputs.size());
        std::error_code error;
        std::filesystem::create_directory(folder, error);
        auto members = TRY(file::unpack_members(source.found, told_of(options), folder));
        source.members = members.size();
        inputs.insert(inputs.end(), members.begin(), members.end());
    }
    return inputs;
}

// The rows lie in Parquet only until they are written as CSV: then the less of them is held at a time, the better, and what
// compressing them would cost buys nothing.
constexpr std::int64_t small_group = 20'480;
bool is_only_passed(const LandOrder& order) {
    return order.layout.is_foundry && !order.layout.writes_parquet &&
           !order.node.dataset.bronze()->table.cursor;
}

Result<StepReport> land_inputs(const LandOrder& order, engine::Session& session,
    storage::FileSystem& files, const std::vector<file::Found>& inputs) {
    TRY(use_two_threads(session));
    const bool is_remote = std::ranges::any_of(
        inputs, [](const file::Found& input) { return storage::is_url(input.path); });
    auto options = order.node.dataset.bronze()->table.options;
    if (is_only_passed(order)) options.parquet_compression = Compression::none;
    const auto scratch = files.url(slice_staging(order) + "/scratch");
    auto here = inputs;
    TRY(bring(reach_of(order), scratch, here));
    std::vector<SourceFile> sources;
    for (const auto& input : here) sources.push_back({.found = input, .xxh64 = {}});
    auto opened_inputs = TRY(opened(sources, options, scratch));
    auto declared = TRY(declared_columns(session, options));
    std::vector<std::string> absent;
    const LandingOrder reading{.options = options,
        .session = session,
        .dataset = order.node.dataset.name.text(),
        .inputs = std::move(opened_inputs),
        .scratch = scratch,
        .declared = std::move(declared),
        .rows_of_group = is_only_passed(order) ? small_group : bronze::usual_rows_of_group,
        .absent = &absent};
    // While the engine parses, so that the files are in memory once for both.
    auto hashing = std::async(std::launch::async, hashed, std::move(sources));
    auto landed = TRY(land_files(reading));
    landed.warnings.insert(landed.warnings.end(), absent.begin(), absent.end());
    SliceProvenance context{.sources = TRY(hashing.get()), .may_stand = is_remote};
    TRY(refuse_moving_inputs(order, inputs));
    if (options.new_files)
        context.kept = TRY(standing_record(files, slice_folder(order.node, order.date)));
    return publish_slice({order, session, files, reading}, std::move(landed), context);
}

Result<StepReport> land_new_files(
    const LandOrder& order, engine::Session& session, storage::FileSystem& files) {
    const auto found = TRY(source_files(reach_of(order), order.node, order.date));
    const auto ledger = TRY(landed_files(files, order.node));
    const auto fresh = TRY(files_to_land(reach_of(order), found, ledger));
    if (fresh.empty()) return nothing("no new files");
    auto report =
        TRY(with_staging(order, files, [&] { return land_inputs(order, session, files, fresh); }));
    for (const auto& file : fresh)
        if (const auto it = ledger.find(file.name); it != ledger.end())
            report.warnings.push_back("EXT142 " + file.name +
                                      " has changed since it landed in slice " + it->second.slice +
                                      "; its rows land again beside the earlier ones");
    return report;
}

}  // namespace

Result<StandingSlice> read_slice(storage::FileSystem& files, const std::string& path) {
    const auto record = TRY(read_slice_record(files, path));
    StandingSlice slice{.folder = path,
        .run_id = record.run_id,
        .urls = {},
        .columns = record.columns,
        .fingerprint = TRY(state::slice_fingerprint(files, path)),
        .rows = record.rows.out,
        .part_rows = {},
        .inputs = {},
        .empty_columns = record.empty_columns,
        .schema_version = record.schema.version,
        .schema = record.schema.columns,
        .quarantined = record.rows.quarantined - record.purged,
        .purged = record.purged,
        .quarantine = record.quarantine};
    for (const auto& part : record.parts) {
        slice.urls.push_back(files.url(path + "/" + part.name));
        slice.part_rows.push_back(part.rows);
    }
    for (const auto& input : record.inputs) {
        if (input.members.empty()) slice.inputs.emplace_back(input.name, input.rows);
        for (const auto& member : input.members)
            slice.inputs.emplace_back(member.name, member.rows);
    }
    return slice;
}

namespace {

// A run asks for the same slices at every step; each is read once. A slice that is replaced has another metadata file.
Result<StandingSlice> standing_slice(storage::FileSystem& files, const state::Slice& found) {
    static std::mutex mutex;
    static std::map<std::string, std::pair<std::string, StandingSlice>> known;
    const auto key = files.url(found.path);
    {
        const std::lock_guard lock(mutex);
        const auto it = known.find(key);
        if (it != known.end() && it->second.first == found.mark) return it->second.second;
    }
    auto slice = TRY(read_slice(files, found.path));
    const std::lock_guard lock(mutex);
    known[key] = {found.mark, slice};
    return slice;
}

}  // namespace

Result<StandingSlices> standing_slices(storage::FileSystem& files, const Node& node) {
    const auto found = TRY(state::standing_slices(files, node.folder));
    const auto read = TRY(storage::at_once<StandingSlice>(
        files, found.size(), [&](std::size_t i) { return standing_slice(files, found[i]); }));
    StandingSlices slices;
    for (std::size_t i = 0; i < found.size(); ++i)
        slices.emplace(to_string(found[i].date), read[i]);
    return slices;
}

Result<SliceWork> look_at_source(storage::Stores& stores, storage::FileSystem& files,
    const Manifest& manifest, const Node& node, Date date) {
    if (node.dataset.bronze()->kind) return SliceWork::ask;
    const auto reach = reach_of(stores, manifest.root, node.dataset.bronze()->connection);
    auto answer = source_files(reach, node, date);
    // Its own step tells, and those of other sources go on.
    if (!answer && lies_elsewhere(node)) return SliceWork::unreachable;
    const auto found = TRY(std::move(answer));
    if (node.dataset.bronze()->table.options.new_files)
        return TRY(files_to_land(reach, found, TRY(landed_files(files, node)))).empty()
                   ? SliceWork::settled
                   : SliceWork::fresh;
    if (found.empty())
        return node.dataset.bronze()->table.options.missing == Missing::skip ? SliceWork::skip
                                                                             : SliceWork::absent;
    const auto record = TRY(standing_record(files, slice_folder(node, date)));
    if (!record) return SliceWork::fresh;
    return TRY(is_as_it_was(found, *record)) ? SliceWork::unchanged : SliceWork::changed;
}

Result<StepReport> land(
    const LandOrder& order, engine::Session& session, storage::FileSystem& files) {
    if (order.node.dataset.bronze()->table.options.new_files)
        return land_new_files(order, session, files);
    const auto inputs = TRY(source_files(reach_of(order), order.node, order.date));
    if (inputs.empty() && order.node.dataset.bronze()->table.options.missing == Missing::skip)
        return nothing("no file for the date");
    if (inputs.empty()) return std::unexpected(no_file(order.manifest, order.node, order.date));
    return with_staging(order, files, [&] { return land_inputs(order, session, files, inputs); });
}

}  // namespace ingot::run
