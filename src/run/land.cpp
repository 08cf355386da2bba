#include "run/land.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <mutex>

#include "base/content_hash.h"
#include "platform/connector/file.h"
#include "run/land_rules.h"
#include "run/landing.h"
#include "run/parts.h"
#include "run/slice_record.h"
#include "run/step.h"
#include "state/slices.h"

namespace ingot::run {

namespace {

std::string slice_folder(const Node& node, Date date) {
    return node.folder + "/dt=" + to_string(date);
}

Result<std::vector<file::Found>> source_files(
    const Manifest& manifest, const Node& node, Date date) {
    const auto& bronze = *node.dataset.bronze();
    if (!bronze.table.path)
        return fail("EXT103",
            node.dataset.name.text() + ": a table of files needs a path:", node.dataset.origin);
    const auto& path = *bronze.table.path;
    const auto dated = file::with_date(
        (std::filesystem::path(bronze.connection.path) / path.value).string(), date);
    if (!dated) return std::unexpected(Error(dated.error()).at(path.span));
    return file::find_files(manifest.root, *dated);
}

Result<std::optional<SliceRecord>> standing_record(
    storage::FileSystem& files, const std::string& folder) {
    if (!TRY(files.exists(folder + "/_metadata.json"))) return std::optional<SliceRecord>{};
    auto record = read_slice_record(files, folder);
    if (record) return std::optional(std::move(*record));
    // What does not say what it was read from is read again.
    if (record.error().code.id() == "STATE103") return std::optional(SliceRecord{});
    return std::unexpected(record.error());
}

// Size and time first; the content only where the time alone differs.
Result<bool> is_as_it_was(const std::vector<file::Found>& found, const SliceRecord& record) {
    if (found.size() != record.inputs.size()) return false;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (found[i].name != record.inputs[i].name || found[i].size != record.inputs[i].size)
            return false;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i].modified_us == record.inputs[i].modified_us) continue;
        if (TRY(xxh64_file(found[i].path)) != record.inputs[i].xxh64) return false;
    }
    return true;
}

Error no_file(const Manifest& manifest, const Node& node, Date date) {
    const auto& bronze = *node.dataset.bronze();
    const auto pattern =
        (std::filesystem::path(bronze.connection.path) / bronze.table.path->value).string();
    const auto dated = file::with_date(pattern, date).value_or(pattern);
    return {"EXT101",
        node.dataset.name.text() + ": no file matches " +
            (std::filesystem::path(manifest.root) / dated).lexically_normal().string() + " for " +
            to_string(date) + "; check the path and --date, or set missing: skip",
        bronze.table.path->span, false};
}

Result<LandedFile> read_rows(const LandingOrder& order) {
    const auto told = told_of(order.options);
    const auto format = TRY(file::format_of(order.inputs.front(), told));
    for (const auto& input : order.inputs)
        if (TRY(file::format_of(input, told)) != format)
            return fail("EXT103", input.name + " is of another kind than " +
                                      order.inputs.front().name + "; say which with format:");
    if (format == file::Format::json) return land_json(order);
    return format == file::Format::parquet ? land_parquet(order) : land_csv(order);
}

Result<std::vector<std::string>> hashes_of(const std::vector<file::Found>& inputs) {
    std::vector<std::string> hashes;
    for (const auto& input : inputs) hashes.push_back(TRY(xxh64_file(input.path)));
    return hashes;
}

class Landing {
public:
    Landing(const LandOrder& order, engine::Session& session, storage::FileSystem& files)
        : order_(order),
          session_(session),
          files_(files),
          bronze_(*order.node.dataset.bronze()),
          folder_(slice_folder(order.node, order.date)),
          staging_("_ingot/staging/" + order.run_id + "/" + order.node.dataset.name.text() + "." +
                   to_string(order.date)) {}

    Result<StepReport> land() {
        inputs_ = TRY(source_files(order_.manifest, order_.node, order_.date));
        if (inputs_.empty() && bronze_.table.options.missing == Missing::skip)
            return nothing("no file for the date");
        if (inputs_.empty())
            return std::unexpected(no_file(order_.manifest, order_.node, order_.date));
        auto report = stage_and_publish();
        // Staged files of a step that failed are of no use to anybody.
        const auto swept = files_.remove(staging_);
        if (report && !swept) return std::unexpected(swept.error());
        if (!report) return std::unexpected(Error(report.error()).at(order_.node.dataset.origin));
        return report;
    }

private:
    Result<StepReport> nothing(const char* reason) const {
        StepReport report;
        report.status = StepStatus::unchanged;
        report.reason = reason;
        return report;
    }

    // With one thread the engine writes Parquet by another way, which cuts row groups elsewhere: equal rows would give
    // other bytes than with two or more.
    Status use_two_threads() {
        const auto threads = TRY(session_.query("SELECT current_setting('threads')"));
        if (threads.integer(0, 0) < 2) TRY(session_.execute("SET threads = 2"));
        return {};
    }

    Result<StepReport> stage_and_publish() {
        TRY(use_two_threads());
        TRY(files_.remove(staging_));
        TRY(files_.make_folder(staging_ + "/scratch"));
        TRY(files_.make_folder(staging_ + "/slice"));
        const auto& options = bronze_.table.options;
        const auto declared = TRY(declared_columns(session_, options));
        const LandingOrder reading{.options = options,
            .session = session_,
            .dataset = order_.node.dataset.name.text(),
            .inputs = inputs_,
            .scratch = files_.url(staging_ + "/scratch"),
            .declared = declared};
        // While the engine parses, so that the files are in memory once for both.
        auto hashing = std::async(std::launch::async, hashes_of, std::cref(inputs_));
        auto landed = TRY(read_rows(reading));
        input_hashes_ = TRY(hashing.get());
        const auto outcomes = TRY(apply_rules(reading, order_.node.dataset.rules, landed));
        auto record = TRY(record_of(landed));
        record.parts = TRY(write_parts({.options = options,
            .session = session_,
            .rows_path = landed.path,
            .rows = landed.rows,
            .folder = files_.url(staging_ + "/slice")}));
        const auto before = TRY(standing_record(files_, folder_));
        record.quarantine = TRY(keep_quarantine(landed));
        TRY(write_side_files(record));
        boundary("before-publish");
        TRY(files_.publish_folder(staging_ + "/slice", folder_));
        boundary("after-publish");
        if (before && before->quarantine && before->quarantine != record.quarantine)
            TRY(files_.remove(*before->quarantine));
        auto report = report_of(record, landed);
        report.rules = outcomes;
        return report;
    }

    Result<SliceRecord> record_of(const LandedFile& landed) {
        SliceRecord record{.system = bronze_.system,
            .table = bronze_.table.name.value,
            .load_pattern = std::string(
                load_pattern_choices.at(static_cast<std::size_t>(bronze_.table.load)).name),
            .partition_path = folder_,
            .date = order_.date,
            .landed = order_.now,
            .run_id = order_.run_id,
            .rows = {.in = landed.rows + landed.quarantined + landed.dropped,
                .out = landed.rows,
                .quarantined = landed.quarantined,
                .dropped = landed.dropped,
                .padded = landed.padded},
            .parts = {},
            .columns = {},
            .empty_columns = {},
            .inputs = {},
            .quarantine = {},
            .options = order_.node.dataset.fingerprint};
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            record.inputs.push_back({inputs_[i].name, inputs_[i].size, inputs_[i].modified_us,
                input_hashes_[i], landed.rows_by_input[i]});
        }
        TRY(refuse_moving_inputs());
        if (landed.path.empty()) return record;
        const auto path = sql::duckdb().literal(landed.path).text();
        record.columns = TRY(session_.describe(
            "SELECT * FROM read_parquet(" + path + ", hive_partitioning = false)"));
        const auto empty =
            TRY(session_.query("SELECT path_in_schema FROM parquet_metadata(" + path +
                               ") GROUP BY 1 HAVING sum(num_values) = sum(stats_null_count)"));
        for (std::size_t i = 0; i < empty.rows.size(); ++i)
            record.empty_columns.push_back(empty.text(i, 0));
        if (landed.rows == 0) record.empty_columns = names_of(record.columns);
        return record;
    }

    // A file that grew while it was read would be recorded as what it is now, and its other half never landed.
    Status refuse_moving_inputs() const {
        const auto now = TRY(source_files(order_.manifest, order_.node, order_.date));
        for (std::size_t i = 0; i < inputs_.size(); ++i)
            if (now.size() != inputs_.size() || now[i].size != inputs_[i].size ||
                now[i].modified_us != inputs_[i].modified_us)
                return fail("EXT001",
                    inputs_[i].name + " changed while it was read; run again when it is complete");
        return {};
    }

    Result<std::optional<std::string>> keep_quarantine(const LandedFile& landed) {
        if (landed.quarantine_path.empty()) return std::optional<std::string>{};
        const auto folder = "_quarantine/" + order_.node.dataset.name.text();
        const auto kept =
            folder + "/rows-" + to_string(order_.date) + "-" + order_.run_id + ".parquet";
        TRY(files_.make_folder(folder));
        const auto staged = staging_ + "/scratch/" +
                            std::filesystem::path(landed.quarantine_path).filename().string();
        TRY(files_.sync(staged));
        TRY(files_.rename(staged, kept));
        return std::optional(kept);
    }

    Status write_side_files(const SliceRecord& record) {
        const auto checksums = TRY(checksums_json(record, files_.url(staging_ + "/slice")));
        TRY(files_.write(staging_ + "/slice/_checksums.json", checksums));
        return files_.write(staging_ + "/slice/_metadata.json", to_json(record));
    }

    StepReport report_of(const SliceRecord& record, const LandedFile& landed) const {
        StepReport report;
        report.rows = record.rows;
        report.warnings = landed.warnings;
        if (record.rows.padded > 0)
            report.warnings.push_back(
                std::to_string(record.rows.padded) + " short rows were padded with NULL");
        if (record.rows.quarantined > 0)
            report.warnings.push_back(std::to_string(record.rows.quarantined) +
                                      " rows are in quarantine: ingot quarantine show " +
                                      order_.node.dataset.name.text());
        report.table_rows = record.rows.out;
        return report;
    }

    const LandOrder& order_;
    engine::Session& session_;
    storage::FileSystem& files_;
    const BronzeDataset& bronze_;
    std::string folder_;
    std::string staging_;
    std::vector<file::Found> inputs_;
    std::vector<std::string> input_hashes_;
};

Result<StandingSlice> read_slice(storage::FileSystem& files, const std::string& path) {
    const auto record = TRY(read_slice_record(files, path));
    StandingSlice slice{.urls = {},
        .columns = record.columns,
        .fingerprint = TRY(state::slice_fingerprint(files, path)),
        .rows = record.rows.out,
        .part_rows = {},
        .inputs = {},
        .empty_columns = record.empty_columns,
        .quarantined = record.rows.quarantined,
        .quarantine = record.quarantine};
    for (const auto& part : record.parts) {
        slice.urls.push_back(files.url(path + "/" + part.name));
        slice.part_rows.push_back(part.rows);
    }
    for (const auto& input : record.inputs) slice.inputs.emplace_back(input.name, input.rows);
    return slice;
}

// A run asks for the same slices at every step; each is read once. A slice that is replaced has another metadata file.
Result<StandingSlice> standing_slice(storage::FileSystem& files, const std::string& path) {
    static std::mutex mutex;
    static std::map<std::string, std::pair<std::int64_t, StandingSlice>> known;
    const auto metadata = path + "/_metadata.json";
    const auto key = files.url(metadata);
    std::error_code error;
    const auto written = std::filesystem::last_write_time(key, error).time_since_epoch().count();
    {
        const std::lock_guard lock(mutex);
        const auto it = known.find(key);
        if (!error && it != known.end() && it->second.first == written) return it->second.second;
    }
    auto slice = TRY(read_slice(files, path));
    const std::lock_guard lock(mutex);
    if (!error) known[key] = {written, slice};
    return slice;
}

}  // namespace

Result<StandingSlices> standing_slices(storage::FileSystem& files, const Node& node) {
    StandingSlices slices;
    for (const auto& found : TRY(state::standing_slices(files, node.folder)))
        slices.emplace(to_string(found.date), TRY(standing_slice(files, found.path)));
    return slices;
}

Result<SliceWork> look_at_source(
    storage::FileSystem& files, const Manifest& manifest, const Node& node, Date date) {
    const auto found = TRY(source_files(manifest, node, date));
    if (found.empty())
        return node.dataset.bronze()->table.options.missing == Missing::skip ? SliceWork::skip
                                                                             : SliceWork::absent;
    const auto record = TRY(standing_record(files, slice_folder(node, date)));
    if (!record) return SliceWork::fresh;
    return TRY(is_as_it_was(found, *record)) ? SliceWork::unchanged : SliceWork::changed;
}

Result<StepReport> land(
    const LandOrder& order, engine::Session& session, storage::FileSystem& files) {
    return Landing(order, session, files).land();
}

}  // namespace ingot::run
