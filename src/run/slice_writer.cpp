#include "run/slice_writer.h"

#include <filesystem>
#include <future>

#include "run/contract.h"
#include "run/cursor.h"
#include "run/empty_columns.h"
#include "run/land_rules.h"
#include "run/parts.h"
#include "run/step.h"
#include "state/slices.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using sql::Fragment;

Fragment parquet(const std::string& path) {
    return Fragment::of("read_parquet(") + sql::duckdb().literal(path) +
           Fragment::of(", hive_partitioning = false)");
}

class SliceWriter {
public:
    SliceWriter(const SliceWriting& writing, LandedFile landed, const SliceProvenance& context)
        : order_(writing.order),
          session_(writing.session),
          files_(writing.files),
          reading_(writing.reading),
          context_(context),
          bronze_(*order_.node.dataset.bronze()),
          folder_(slice_folder(order_)),
          staging_(slice_staging(order_)),
          landed_(std::move(landed)) {}

    Result<StepReport> publish() {
        if (has_contract(bronze_)) {
            const auto slices = TRY(standing_slices(files_, order_.node));
            schema_ = TRY(apply_contract(
                {reading_, order_, slices}, TRY(standing_schema(files_, order_.node)), landed_));
        }
        const auto outcomes =
            TRY(apply_rules(reading_, order_.node.dataset.rules, order_.date, landed_));
        if (context_.earlier) TRY(drop_rejected(reading_, files_, *context_.earlier, landed_));
        const auto settling = settle();
        auto record = TRY(record_of());
        const auto report = report_of(record, outcomes);
        if (order_.layout.is_foundry) return publish_for_the_foundry(std::move(record), report);
        const auto before = TRY(standing_record(files_, folder_));
        if (context_.kept) TRY(put_after_kept(record));
        TRY(write_new_parts(record, before.has_value()));
        TRY(write_checksums(record));
        if (context_.may_stand && before && TRY(says_the_same(*before, record)))
            return standing_report(report);
        if (before && !files_.exchanges_folders())
            for (const auto& part : before->parts) record.replaced.push_back(part.name);
        record.quarantine = TRY(keep_quarantine());
        TRY(stage("_metadata.json", to_json(record)));
        boundary("before-publish");
        TRY(files_.publish_folder(staging_ + "/slice", folder_));
        boundary("after-publish");
        if (before && before->quarantine && before->quarantine != record.quarantine)
            TRY(files_.remove(*before->quarantine));
        auto published = report;
        published.table_rows = record.rows.out;
        return published;
    }

private:
    // Lets the disk take the rows in while they are described and hashed. Publishing waits for what is not there yet.
    std::future<void> settle() const {
        if (landed_.path.empty()) return {};
        const auto rows = staging_ + "/scratch/" + fs::path(landed_.path).filename().string();
        return std::async(std::launch::async, [this, rows] { (void)files_.sync(rows); });
    }

    // Nothing without rows; else the partition as a whole, its manifest naming the metadata too.
    Result<StepReport> publish_for_the_foundry(SliceRecord record, StepReport report) {
        if (record.rows.out == 0 && record.rows.quarantined == 0) return without_rows(report);
        if (context_.kept && !context_.kept->parts.empty()) {
            TRY(unite_with(*context_.kept, record));
            add_counts(record);
            TRY(describe_rows(record));
        }
        TRY(note_cursor(record));
        TRY(refuse_partitions_within());
        if (bronze_.table.cursor && !record.layout.writes_parquet && !landed_.path.empty()) {
            record.rows_file = "_rows.parquet";
            std::error_code error;
            fs::copy_file(
                landed_.path, files_.url(staging_ + "/slice/" + *record.rows_file), error);
            if (error) return fail("STG001", "cannot copy the rows: " + error.message());
        }
        TRY(write_new_parts(record, true));
        const auto before = TRY(standing_record(files_, folder_));
        record.quarantine = TRY(keep_quarantine());
        TRY(stage("_metadata.json", to_json(record)));
        TRY(write_checksums(record));
        boundary("before-publish");
        TRY(files_.publish_folder(staging_ + "/slice", folder_));
        boundary("after-publish");
        if (before && before->quarantine && before->quarantine != record.quarantine)
            TRY(files_.remove(*before->quarantine));
        report.table_rows = record.rows.out;
        return report;
    }

    // The greatest value of a column, for people: nothing is asked by it.
    Status note_cursor(SliceRecord& record) {
        const auto* column = find_column(record.columns, order_.layout.noted_column);
        if (!column || record.cursor) return {};
        const auto found =
            TRY(session_.query("SELECT CAST(max(" + sql::duckdb().identifier(column->name).text() +
                               ") AS VARCHAR) FROM " + parquet(landed_.path).text()));
        if (found.rows[0][0])
            record.cursor = CursorValue{column->name, found.text(0, 0), column->type};
        return {};
    }

    Result<StepReport> without_rows(StepReport report) const {
        report.status = StepStatus::unchanged;
        report.reason = "no rows";
        report.warnings.emplace_back(
            "EXT143 the source has no rows for this date; nothing was written");
        return report;
    }

    // A partition replaces its folder; one that holds partitions of another strategy would take them along.
    Status refuse_partitions_within() {
        for (const auto& name : TRY(files_.names(folder_)))
            if (name.find('=') != std::string::npos)
                return fail("STG001", files_.url(folder_) +
                                          " holds partitions of another strategy (" + name +
                                          "); move them away, or keep the strategy");
        return {};
    }

    Result<SliceRecord> record_of() {
        SliceRecord record{.system = bronze_.system,
            .table = bronze_.table.name.value,
            .load_pattern = std::string(
                load_pattern_choices.at(static_cast<std::size_t>(bronze_.table.load)).name),
            .partition_path = folder_,
            .date = order_.date,
            .landed = order_.now,
            .run_id = order_.run_id,
            .rows = {.in = landed_.rows + landed_.quarantined + landed_.dropped,
                .out = landed_.rows,
                .quarantined = landed_.quarantined,
                .dropped = landed_.dropped,
                .padded = landed_.padded},
            .parts = {},
            .columns = {},
            .empty_columns = {},
            .inputs = {},
            .quarantine = {},
            .purged = context_.kept ? context_.kept->purged : 0,
            .options = order_.node.dataset.fingerprint,
            .cursor = context_.cursor,
            .position = context_.position,
            .schema = schema_,
            .number = context_.number,
            .layout = order_.layout};
        std::size_t next = 0;
        for (const auto& source : context_.sources) {
            const auto& found = source.found;
            auto& input = record.inputs.emplace_back(
                SliceInput{found.name, found.size, found.modified_us, source.xxh64});
            if (source.members == 0) input.rows = landed_.rows_by_input[next++];
            for (std::size_t i = 0; i < source.members; ++i, ++next) {
                input.members.push_back({reading_.inputs[next].name, landed_.rows_by_input[next]});
                input.rows += landed_.rows_by_input[next];
            }
        }
        TRY(describe_rows(record));
        return record;
    }

    Status describe_rows(SliceRecord& record) {
        if (landed_.path.empty()) return {};
        record.columns = TRY(session_.describe("SELECT * FROM " + parquet(landed_.path).text()));
        record.empty_columns = TRY(empty_columns(session_, landed_.path));
        if (record.rows.out == 0) record.empty_columns = names_of(record.columns);
        return {};
    }

    // The parts of the slice that stands come first: as they are, or, where a column has another type now, written
    // again together with the new rows.
    Status put_after_kept(SliceRecord& record) {
        const auto& kept = *context_.kept;
        const bool is_same_shape = landed_.path.empty() || record.columns == kept.columns;
        if (is_same_shape) {
            TRY(link_parts(kept));
            record.parts = kept.parts;
            std::vector<std::string> empty;
            for (const auto& name : kept.empty_columns)
                if (landed_.path.empty() || has_name(record.empty_columns, name))
                    empty.push_back(name);
            record.empty_columns = empty;
            record.columns = kept.columns;
        } else {
            TRY(unite_with(kept, record));
        }
        add_counts(record);
        return is_same_shape ? Status{} : describe_rows(record);
    }

    void add_counts(SliceRecord& record) const {
        const auto& kept = *context_.kept;
        record.rows.in += kept.rows.in;
        record.rows.out += kept.rows.out;
        record.rows.quarantined += kept.rows.quarantined;
        record.rows.dropped += kept.rows.dropped;
        record.rows.padded += kept.rows.padded;
        record.inputs.insert(record.inputs.begin(), kept.inputs.begin(), kept.inputs.end());
    }

    Status link_parts(const SliceRecord& kept) const {
        for (const auto& part : kept.parts) {
            const auto standing = folder_ + "/" + part.name;
            const auto staged = staging_ + "/slice/" + part.name;
            if (!files_.exchanges_folders()) {
                TRY(files_.write(staged, TRY(files_.read(standing))));
                continue;
            }
            const auto from = files_.url(standing);
            const auto to = files_.url(staged);
            std::error_code error;
            fs::create_hard_link(from, to, error);
            if (error) fs::copy_file(from, to, error);
            if (error) return fail("STG001", "cannot copy " + from + ": " + error.message());
        }
        return {};
    }

    Status unite_with(const SliceRecord& kept, const SliceRecord& fresh) {
        StandingSlices both;
        both.emplace("kept", TRY(read_slice(files_, folder_)));
        both.emplace("new", StandingSlice{.urls = {landed_.path},
                                .columns = fresh.columns,
                                .fingerprint = {},
                                .rows = landed_.rows,
                                .part_rows = {landed_.rows},
                                .empty_columns = fresh.empty_columns,
                                .schema_version = schema_.version,
                                .schema = schema_.columns});
        const auto view = TRY(bronze_view(both, {}));
        const auto path = reading_.scratch + "/united.parquet";
        TRY(session_.execute(
            bronze::copy_to_parquet({.select = view.select_plain,
                                        .path = path,
                                        .compression = reading_.options.parquet_compression})
                .text()));
        landed_.path = path;
        landed_.rows += kept.rows.out;
        return {};
    }

    Status write_new_parts(SliceRecord& record, bool replaces) {
        if (landed_.rows == 0 && !record.parts.empty()) return {};
        auto parts = TRY(write_parts({.options = reading_.options,
            .session = session_,
            .rows_path = landed_.path,
            .rows = landed_.rows,
            .folder = files_.url(staging_ + "/slice"),
            .first = record.parts.size() + 1,
            .layout = order_.layout,
            .columns = record.columns}));
        if (replaces && !files_.exchanges_folders())
            TRY(name_by_content(parts, files_.url(staging_ + "/slice")));
        record.parts.insert(record.parts.end(), parts.begin(), parts.end());
        return {};
    }

    Status write_checksums(const SliceRecord& record) {
        return stage(
            "_checksums.json", TRY(checksums_json(record, files_.url(staging_ + "/slice"))));
    }

    // Publishing makes it durable, with all that lies beside it.
    Status stage(const std::string& name, const std::string& text) {
        return files_.write(staging_ + "/slice/" + name, text, storage::Durable::no);
    }

    Result<bool> says_the_same(const SliceRecord& before, const SliceRecord& now) {
        if (before.position != now.position || before.cursor != now.cursor ||
            before.rows.quarantined != now.rows.quarantined || before.columns != now.columns)
            return false;
        const auto stands = state::slice_fingerprint(files_, folder_);
        return stands && *stands == TRY(state::slice_fingerprint(files_, staging_ + "/slice"));
    }

    static StepReport standing_report(StepReport report) {
        report.status = StepStatus::unchanged;
        report.reason = "the source holds what has landed";
        return report;
    }

    Result<std::optional<std::string>> keep_quarantine() {
        const auto earlier = context_.kept ? context_.kept->quarantine : std::nullopt;
        if (landed_.quarantine_path.empty()) return earlier;
        if (earlier) TRY(put_after_quarantine(*earlier));
        const auto folder = "_quarantine/" + order_.node.dataset.name.text();
        const auto kept =
            folder + "/rows-" + to_string(order_.date) + "-" + order_.run_id + ".parquet";
        const auto staged =
            staging_ + "/scratch/" + fs::path(landed_.quarantine_path).filename().string();
        TRY(files_.sync(staged));
        TRY(files_.rename(staged, kept));
        return std::optional(kept);
    }

    Status put_after_quarantine(const std::string& earlier) {
        const auto path = reading_.scratch + "/quarantine_of_slice.parquet";
        const auto select = Fragment::of("SELECT * FROM ") + parquet(files_.url(earlier)) +
                            Fragment::of(" UNION ALL BY NAME SELECT * FROM ") +
                            parquet(landed_.quarantine_path);
        TRY(session_.execute(bronze::copy_to_parquet({.select = select, .path = path}).text()));
        landed_.quarantine_path = path;
        return {};
    }

    StepReport report_of(
        const SliceRecord& record, const std::vector<RuleOutcome>& outcomes) const {
        StepReport report;
        report.rows = record.rows;
        report.warnings = landed_.warnings;
        report.rules = outcomes;
        if (record.rows.padded > 0)
            report.warnings.push_back("EXT140 " + std::to_string(record.rows.padded) +
                                      " short rows were padded with NULL");
        if (record.rows.quarantined > 0)
            report.warnings.push_back("QUAL110 " + std::to_string(record.rows.quarantined) +
                                      " rows are in quarantine: ingot quarantine show " +
                                      order_.node.dataset.name.text());
        report.table_rows = record.rows.out;
        return report;
    }

    const LandOrder& order_;
    engine::Session& session_;
    storage::FileSystem& files_;
    const LandingOrder& reading_;
    const SliceProvenance& context_;
    const BronzeDataset& bronze_;
    std::string folder_;
    std::string staging_;
    LandedFile landed_;
    TableSchema schema_;
};

}  // namespace

std::string slice_folder(const Node& node, Date date) {
    return node.folder + "/dt=" + to_string(date);
}

std::string slice_folder(const LandOrder& order) {
    return order.layout.is_foundry ? order.folder : slice_folder(order.node, order.date);
}

std::string slice_staging(const LandOrder& order) {
    return "_ingot/staging/" + order.run_id + "/" + order.node.dataset.name.text() + "." +
           to_string(order.date);
}

Status use_two_threads(engine::Session& session) {
    const auto threads = TRY(session.query("SELECT current_setting('threads')"));
    if (threads.integer(0, 0) < 2) TRY(session.execute("SET threads = 2"));
    return {};
}

Result<std::optional<SliceRecord>> standing_record(
    storage::FileSystem& files, const std::string& folder) {
    if (!TRY(files.look(folder + "/_metadata.json"))) return std::optional<SliceRecord>{};
    auto record = read_slice_record(files, folder);
    if (record) return std::optional(std::move(*record));
    // What does not say what it was read from is read again.
    if (record.error().code.id() == "STATE103") return std::optional(SliceRecord{});
    return std::unexpected(record.error());
}

Result<StepReport> publish_slice(
    const SliceWriting& writing, LandedFile landed, const SliceProvenance& context) {
    return SliceWriter(writing, std::move(landed), context).publish();
}

}  // namespace ingot::run
