#include <filesystem>

#include "run/slice/read_folder.h"
#include "run/slice/slice_job.h"
#include "run/slice/slice_metadata.h"
#include "run/step.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::duckdb;
using sql::Fragment;
using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point began) {
    return std::chrono::duration<double>(Steady::now() - began).count();
}

class SlicePromotion {
public:
    SlicePromotion(const SliceContext& context, const SliceJob& job, StepReport& report)
        : context_(context), job_(job), report_(report) {}

    Result<std::vector<std::string>> run() {
        files_ = TRY(storage::open_local(job_.silver_base));
        if (!job_.locked) return promote();
        state::Leases leases(*files_);
        state::HeldLeases held(leases);
        TRY(held.acquire(job_.partition, context_.run_id, job_.lock_patience));
        auto names = promote();
        TRY(held.release(job_.partition));
        return names;
    }

private:
    Result<std::vector<std::string>> promote() {
        const auto staging = parent(job_.partition) + "/.ingot-" + context_.run_id;
        facts_.staged = files_->url(staging);
        TRY(files_->make_folder(staging));
        auto names = make_and_publish(staging);
        TRY(files_->remove(staging));
        return names;
    }

    Result<std::vector<std::string>> make_and_publish(const std::string& staging) {
        session_ = TRY(context_.engine.connect());
        TRY(session_->execute("SET TimeZone = 'UTC'"));
        facts_.now = context_.clock.now();
        if (is_wanted()) TRY(make());
        if (failure_) {
            TRY(keep_rejected(staging));
            return std::unexpected(*failure_);
        }
        facts_.seconds = seconds_since(began_);
        TRY(job_.chunk_tag ? publish_chunk(staging) : publish(staging));
        std::vector<std::string> names;
        for (const auto& [name, artifact] : facts_.artifacts) names.push_back(name);
        return names;
    }

    bool is_wanted() const {
        const auto* entity = std::get_if<EntityOfSlice>(&job_.what);
        return !entity || entity->silver.enabled;
    }

    Status make() {
        const auto found = TRY(data_files(job_.bronze_folder, Depth::folder));
        if (found.empty())
            return fail(
                "STG001", job_.bronze_folder +
                              " has no .parquet or .csv file; land the slice first, or name "
                              "its folder with --bronze-path");
        if (!found.parquet.empty() && !found.csv.empty())
            note("SIL101 bronze has both Parquet and CSV; the Parquet files are read");
        facts_.bronze_bytes = found.bytes;
        const auto read = TRY(read_files(*session_, one_format(found),
            {.relation = "bronze", .text_columns = job_.text_columns}));
        for (const auto& warning : read.warnings) note(warning);
        facts_.rows_read = report_.rows.in = read.rows;
        if (const auto* rows = std::get_if<RowsOfSlice>(&job_.what))
            return make_rows(*rows, read.columns);
        return make_entity(std::get<EntityOfSlice>(job_.what), read.columns);
    }

    static FolderFiles one_format(FolderFiles files) {
        if (!files.parquet.empty()) files.csv.clear();
        return files;
    }

    Status make_rows(const RowsOfSlice& rows, const Columns& bronze) {
        const auto shaped = TRY(slice::shape_rows(rows.silver, bronze));
        for (const auto& warning : shaped.warnings) note(warning);
        TRY(session_->execute("CREATE OR REPLACE TEMP VIEW " +
                              duckdb().identifier(slice::incoming).text() + " AS " +
                              shaped.select.text()));
        facts_.columns = shaped.columns;
        facts_.keys = shaped.by.keys;
        facts_.order = shaped.by.order;
        const auto promotion = TRY(slice::promote_rows(
            rows.model, shaped.by, slice::output_names(rows.silver), shaped.columns));
        return write(
            promotion, {.folder = facts_.staged,
                           .formats = job_.formats,
                           .partition_columns = rows.silver.partitioning.columns,
                           .keys = rows.silver.error_handling.enabled ? shaped.by.keys
                                                                      : std::vector<std::string>{},
                           .limits = rows.silver.error_handling});
    }

    Status make_entity(const EntityOfSlice& entity, const Columns& bronze) {
        TRY(session_->execute("CREATE OR REPLACE TEMP VIEW " +
                              duckdb().identifier(slice::incoming).text() + " AS FROM bronze"));
        std::vector<slice::TimeColumn> times;
        for (const auto& name : TRY(slice::time_columns(entity.silver, bronze))) {
            const auto& type = find_column(bronze, name)->type;
            const bool zoned =
                type == "VARCHAR" &&
                TRY(session_->query(slice::any_zone(name).text())).text(0, 0) == "true";
            times.push_back({name, type, zoned});
        }
        const auto promotion =
            TRY(slice::promote_entity(entity.silver, entity.context, times, bronze));
        TRY(write(promotion, {.folder = facts_.staged,
                                 .formats = job_.formats,
                                 .partition_columns = promotion.partition_columns}));
        facts_.changed_keys = TRY(session_->query(promotion.changed_keys.text())).integer(0, 0);
        if (!promotion.artifacts.empty())
            facts_.columns = TRY(session_->describe(promotion.artifacts[0].select.text()));
        return set_aside(promotion.without_key);
    }

    // Rows that no artifact shows, because they have no key.
    Status set_aside(const Fragment& rows) {
        if (rows.empty()) return {};
        const auto count =
            TRY(session_->query("SELECT count(*) FROM (" + rows.text() + ")")).integer(0, 0);
        if (count == 0) return {};
        std::filesystem::create_directories(facts_.staged + "/_errors");
        TRY(write_csv(*session_, rows, facts_.staged + "/_errors/_without_key.csv"));
        report_.rows.quarantined += count;
        note("SIL105 " + std::to_string(count) +
             " rows have no key; they are in _errors/_without_key.csv");
        return {};
    }

    Status write(const slice::Promotion& promotion, ArtifactRequest request) {
        for (const auto& warning : promotion.warnings) note(warning);
        for (const auto& statement : promotion.before) TRY(session_->execute(statement.text()));
        bool first = true;
        for (const auto& artifact : promotion.artifacts) {
            request.name = job_.chunk_tag ? artifact.name + "-" + *job_.chunk_tag : artifact.name;
            request.select = artifact.select;
            auto written = TRY(write_artifact(*session_, request));
            for (const auto& warning : written.warnings) note(warning);
            facts_.rows_written += written.rows;
            if (first) {
                report_.rows.out = written.rows;
                report_.rows.quarantined = written.quarantined;
            }
            first = false;
            if (written.too_many_rejected && !failure_) failure_ = written.too_many_rejected;
            rejected_.insert(rejected_.end(), written.rejected.begin(), written.rejected.end());
            if (!written.files.empty())
                facts_.artifacts.emplace_back(artifact.name, std::move(written));
        }
        return {};
    }

    Status publish(const std::string& staging) {
        TRY(files_->write(
            staging + "/_metadata.json", metadata_json(job_, facts_), storage::Durable::no));
        if (facts_.artifacts.empty())
            note("SIL108 no artifact has rows, so there is no _checksums.json");
        else
            TRY(files_->write(staging + "/_checksums.json", TRY(checksums_json(job_, facts_)),
                storage::Durable::no));
        boundary("slice-staged");
        TRY(files_->publish_folder(staging, job_.partition));
        boundary("slice-published");
        return {};
    }

    // Other chunks stand in the same folder: files of this tag take their places one by one, their note last.
    Status publish_chunk(const std::string& staging) {
        for (const auto& file : TRY(files_->list(staging)))
            TRY(files_->rename(file.path, job_.partition + file.path.substr(staging.size())));
        return files_->write(job_.partition + "/_metadata_chunk_" + *job_.chunk_tag + ".json",
            chunk_json(job_, facts_));
    }

    // Nothing is published but what was wrong.
    Status keep_rejected(const std::string& staging) {
        for (const auto& file : rejected_)
            TRY(files_->rename(staging + "/" + file.path, job_.partition + "/" + file.path));
        return {};
    }

    static std::string parent(const std::string& path) {
        return std::filesystem::path(path).parent_path().string();
    }

    void note(const std::string& message) { report_.warnings.push_back(message); }

    const SliceContext& context_;
    const SliceJob& job_;
    StepReport& report_;
    std::unique_ptr<storage::FileSystem> files_;
    std::unique_ptr<engine::Session> session_;
    SliceFacts facts_;
    std::vector<WrittenFile> rejected_;
    std::optional<Error> failure_;
    Steady::time_point began_ = Steady::now();
};

}  // namespace

SliceOutcome promote_slice(const SliceContext& context, const SliceJob& job) {
    const auto began = Steady::now();
    SliceOutcome outcome;
    outcome.report.dataset = "silver." + job.entity;
    outcome.report.slice = job.date;
    outcome.report.reason = "asked for";
    outcome.folder = job.silver_base + "/" + job.partition;
    context.bus.emit(StepStarted{outcome.report.dataset, job.date, outcome.report.reason});
    auto names = [&]() -> Result<std::vector<std::string>> {
        if (job.require_checksum) TRY(verify_bronze(job.bronze_folder, job.load_pattern));
        return SlicePromotion(context, job, outcome.report).run();
    }();
    auto& report = outcome.report;
    if (names) {
        outcome.artifacts = *std::move(names);
        report.rows.dropped =
            std::max<std::int64_t>(0, report.rows.in - report.rows.out - report.rows.quarantined);
    } else {
        report.status = StepStatus::failed;
        const bool is_about_options = names.error().exit_status() == 1;
        report.error = std::move(names.error()).at(is_about_options ? job.options : Span{});
    }
    report.seconds = seconds_since(began);
    context.bus.emit(StepFinished{report});
    return outcome;
}

}  // namespace ingot::run
