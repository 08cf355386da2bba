#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/hash.h"
#include "medallion/join/join.h"
#include "medallion/slice/rows.h"
#include "run/join/join_job.h"
#include "run/join/join_metadata.h"
#include "run/join/progress.h"
#include "run/join/side_input.h"
#include "run/slice/artifact_files.h"
#include "run/step.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using sql::duckdb;
using sql::Fragment;
using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point began) {
    return std::chrono::duration<double>(Steady::now() - began).count();
}

constexpr int sample_size = 6;

class FolderJoin {
public:
    FolderJoin(const JoinContext& context, const JoinJob& job, StepReport& report)
        : context_(context), output_(job.spec.output), job_(job), report_(report) {}

    Status run() {
        TRY(look());
        session_ = TRY(context_.engine.connect());
        TRY(session_->execute("SET TimeZone = 'UTC'; SET temp_directory = " +
                              duckdb().literal(spill_folder()).text()));
        TRY(read_sides());
        TRY(settle_shape());
        TRY(join_chunks());
        TRY(project());
        TRY(guard());
        return publish();
    }

private:
    Status look() {
        facts_.left = TRY(look_at_side(job_.spec.left.path.value, job_.working_folder));
        facts_.right = TRY(look_at_side(job_.spec.right.path.value, job_.working_folder));
        if (must_swap(facts_.left, facts_.right)) {
            std::swap(facts_.left, facts_.right);
            swapped_ = true;
            note(
                "the right side is the reference of the left one, so it leads: left and right are exchanged");
        }
        for (const auto* side : {&facts_.left, &facts_.right})
            for (const auto& message : side->notes) note(message);
        folder_ = absolute(output_.path.value);
        checkpoint_ = output_.checkpoint_dir ? absolute(*output_.checkpoint_dir)
                                             : folder_ + "/.join_progress";
        checkpoints_ = TRY(storage::open_local(checkpoint_));
        return {};
    }

    std::string absolute(const std::string& path) const {
        auto place = (fs::path(job_.working_folder) / path).lexically_normal().string();
        while (place.size() > 1 && place.ends_with('/')) place.pop_back();
        return place;
    }

    std::string spill_folder() const {
        return output_.spill_dir ? absolute(*output_.spill_dir) : checkpoint_ + "/_spill";
    }

    Status read_sides() {
        TRY(read_side(facts_.left, "left_read"));
        TRY(read_side(facts_.right, "right_read"));
        return {};
    }

    Status read_side(SideInput& side, const std::string& relation) {
        // Both formats may stand below one folder; each is read by its own reader.
        auto parquet = side.files, csv = side.files;
        parquet.csv.clear();
        csv.parquet.clear();
        if (parquet.empty() || csv.empty()) {
            auto read = TRY(read_files(*session_, side.files, {.relation = relation}));
            side.facts.columns = std::move(read.columns);
            side.facts.rows = read.rows;
            return {};
        }
        const auto first = TRY(read_files(*session_, parquet, {.relation = relation + "_parquet"}));
        const auto second = TRY(read_files(*session_, csv, {.relation = relation + "_csv"}));
        const auto select = "SELECT * EXCLUDE (_ingot_arrival) FROM " + relation;
        TRY(session_->execute("CREATE TEMP TABLE " + relation + "_both AS " + select +
                              "_parquet UNION ALL BY NAME " + select + "_csv; CREATE TEMP VIEW " +
                              relation + " AS SELECT *, rowid AS _ingot_arrival FROM " + relation +
                              "_both"));
        side.facts.columns =
            TRY(session_->describe("SELECT * EXCLUDE (_ingot_arrival) FROM " + relation));
        side.facts.rows = first.rows + second.rows;
        return {};
    }

    Status settle_shape() {
        auto& shape = facts_.shape;
        shape.type = output_.join_type.value_or(join::Type::inner);
        const auto& left = swapped_ ? facts_.right.facts : facts_.left.facts;
        const auto& right = swapped_ ? facts_.left.facts : facts_.right.facts;
        shape.keys = TRY(join::key_pairs(output_, left, right));
        shape.time = TRY(join::time_pair(output_, left, right));
        if (swapped_) {
            for (auto& pair : shape.keys) std::swap(pair.left, pair.right);
            if (shape.time) std::swap(shape.time->left, shape.time->right);
        }
        for (auto& pair : shape.keys) {
            pair.left = find_column(facts_.left.facts.columns, pair.left)->name;
            TRY(align(pair));
        }
        TRY(session_->execute("CREATE TEMP TABLE left_rows AS FROM left_read"));
        shape.columns =
            join::joined_columns(facts_.left.facts, facts_.right.facts, shape.keys, shape.type);
        for (const auto& statement : TRY(join::prepare(shape, facts_.right.facts.columns)))
            TRY(session_->execute(statement.text()));
        facts_.chunk_size = join::chunk_size(output_, facts_.left.facts);
        return {};
    }

    // Text meets numbers as text: a key that only one file's writer quoted is the same key.
    Status align(const join::KeyPair& pair) {
        auto& left = column(facts_.left, pair.left);
        auto& right = column(facts_.right, pair.right);
        if ((left.type == "VARCHAR") == (right.type == "VARCHAR")) return {};
        note("the key '" + pair.left + "' is " + left.type + " on the left and " + right.type +
             " on the right; both are compared as text");
        TRY(as_text("left_read", left));
        return as_text("right_read", right);
    }

    static Column& column(SideInput& side, const std::string& name) {
        return *std::ranges::find_if(
            side.facts.columns, [&](const Column& each) { return same_name(each.name, name); });
    }

    Status as_text(const std::string& relation, Column& of) {
        if (of.type == "VARCHAR") return {};
        const auto made = relation + "_" + std::to_string(++aligned_);
        const auto id = duckdb().identifier(of.name).text();
        TRY(session_->execute("CREATE TEMP TABLE " + made + " AS SELECT * REPLACE (CAST(" + id +
                              " AS VARCHAR) AS " + id + ") FROM " + relation +
                              "; CREATE OR REPLACE TEMP VIEW " + relation + " AS FROM " + made));
        of.type = "VARCHAR";
        return {};
    }

    // What the chunks depend on; guards, projection and model come after them.
    std::string fingerprint() const {
        std::string text =
            fmt::format("1|{}|{}|", static_cast<int>(facts_.shape.type), facts_.chunk_size);
        for (const auto& pair : facts_.shape.keys) text += pair.left + "=" + pair.right + "|";
        if (facts_.shape.time) text += facts_.shape.time->left + ">=" + facts_.shape.time->right;
        for (const auto* side : {&facts_.left, &facts_.right})
            for (const auto* list : {&side->files.parquet, &side->files.csv})
                for (const auto& path : *list) {
                    std::error_code error;
                    text += fmt::format("|{}:{}:{}", path, fs::file_size(path, error),
                        fs::last_write_time(path, error).time_since_epoch().count());
                }
        return sha256(text);
    }

    Status join_chunks() {
        progress_ = TRY(Progress::open(*checkpoints_, fingerprint()));
        const auto rows = facts_.left.facts.rows, size = facts_.chunk_size;
        const auto chunks = size > 0 ? std::max<std::int64_t>(1, (rows + size - 1) / size) : 1;
        if (!progress_->chunks().empty())
            note(fmt::format("{} of {} chunks were joined before and are taken over",
                progress_->chunks().size(), chunks));
        for (std::int64_t i = 1; i <= chunks; ++i)
            if (!progress_->is_done(i)) TRY(join_chunk(i, (i - 1) * size, size));
        TRY(join_right_only());
        return count_keys();
    }

    Status join_chunk(std::int64_t index, std::int64_t first, std::int64_t size) {
        const auto began = Steady::now();
        TRY(session_->execute(TRY(join::take_chunk(first, size)).text()));
        ChunkDone done{.index = index};
        auto right = Fragment::of("right_rows");
        const auto subset = TRY(join::right_of_chunk(facts_.shape));
        if (output_.spill_dir) {
            fs::create_directories(spill_folder());
            const auto path = fmt::format("{}/chunk_{:04}.parquet", spill_folder(), index);
            TRY(write_parquet(*session_, subset, path, "snappy"));
            right = Fragment::of("read_parquet(") + duckdb().literal(path) +
                    Fragment::of(", hive_partitioning = false)");
            done.right_rows = TRY(count("FROM " + right.text()));
        } else {
            done.right_rows = TRY(count(subset.text()));
        }
        TRY(keep(done, TRY(join::join_chunk(facts_.shape, right)), index));
        done.seconds = seconds_since(began);
        TRY(progress_->add(std::move(done)));
        boundary("join-chunk");
        return {};
    }

    // The chunk's rows as a file of the checkpoint folder, whole or not at all.
    Status keep(ChunkDone& done, const Fragment& select, std::int64_t index) {
        done.file = fmt::format("_chunk_{:04}.parquet", index);
        const auto path = checkpoint_ + "/" + done.file;
        const auto making = checkpoint_ + "/.ingot-" + done.file;
        TRY(write_parquet(*session_, select, making, "snappy"));
        fs::rename(making, path);
        done.bytes = static_cast<std::int64_t>(fs::file_size(path));
        const auto read =
            "read_parquet(" + duckdb().literal(path).text() + ", hive_partitioning = false)";
        done.rows = TRY(count("FROM " + read));
        done.sample_keys = TRY(sample_keys(read));
        return {};
    }

    Result<nlohmann::ordered_json> sample_keys(const std::string& read) {
        std::vector<std::string> names;
        for (const auto& pair : facts_.shape.keys) names.push_back(pair.left);
        const auto list = duckdb().columns(names).text();
        auto out = nlohmann::ordered_json::array();
        if (names.empty()) return out;
        const auto rows = TRY(session_->query(fmt::format(
            "SELECT CAST(to_json({}) AS VARCHAR) FROM (SELECT {} FROM {} GROUP BY ALL ORDER BY min(file_row_number) LIMIT {})",
            names.size() == 1 ? list : "[" + as_json_list(names) + "]", list,
            read.substr(0, read.size() - 1) + ", file_row_number = true)", sample_size)));
        for (const auto& row : rows.rows)
            out.push_back(
                row[0] ? nlohmann::ordered_json::parse(*row[0]) : nlohmann::ordered_json(nullptr));
        return out;
    }

    static std::string as_json_list(const std::vector<std::string>& names) {
        std::string out;
        for (const auto& name : names)
            out +=
                (out.empty() ? "to_json(" : ", to_json(") + duckdb().identifier(name).text() + ")";
        return out;
    }

    Status join_right_only() {
        std::string all = "FROM read_parquet([";
        for (const auto& chunk : progress_->chunks())
            all += (all.ends_with('[') ? "" : ", ") +
                   duckdb().literal(checkpoint_ + "/" + chunk.file).text();
        all += "], hive_partitioning = false)";
        const bool ends_with_right =
            facts_.shape.type == join::Type::right || facts_.shape.type == join::Type::outer;
        auto statement = "CREATE TEMP TABLE joined_rows AS " + all;
        if (ends_with_right) {
            const auto only = TRY(join::right_only(facts_.shape));
            facts_.right_only_rows = TRY(count(only.text()));
            statement += " UNION ALL BY NAME (" + only.text() + ")";
        }
        TRY(session_->execute(statement));
        return {};
    }

    Status count_keys() {
        const auto counts = TRY(session_->query(TRY(join::key_counts(facts_.shape)).text()));
        facts_.matched_right_keys = counts.integer(0, 0);
        facts_.unmatched_right_keys = counts.integer(0, 1);
        report_.rows.in = facts_.left.facts.rows;
        return {};
    }

    Status project() {
        facts_.projected = TRY(join::projection(output_.select_columns, facts_.shape.columns));
        std::vector<Fragment> list;
        for (const auto& column : facts_.projected)
            list.push_back(duckdb().identifier(column.column) + Fragment::of(" AS ") +
                           duckdb().identifier(column.name));
        const auto columns = sql::join(list, Fragment::of(", ")).text();
        TRY(session_->execute("CREATE TEMP VIEW joined AS SELECT " + columns +
                              " FROM joined_rows; "
                              "CREATE OR REPLACE TEMP VIEW incoming AS SELECT " +
                              columns + ", rowid AS _ingot_arrival FROM joined_rows"));
        facts_.columns = TRY(session_->describe("FROM joined"));
        facts_.rows = TRY(count("FROM joined"));
        return {};
    }

    Status guard() {
        std::string failed;
        for (const auto& check :
            TRY(join::guard_checks(output_.quality_guards, names_of(facts_.columns)))) {
            const auto found = std::stod(TRY(session_->query(check.query.text())).text(0, 0));
            const bool pass =
                (!check.min || found >= *check.min) && (!check.max || found <= *check.max);
            facts_.guards.push_back({check, found, pass});
            report_.rules.push_back({check.name, "fail", pass ? 0 : 1});
            if (!pass)
                failed +=
                    fmt::format("{}{} (found {})", failed.empty() ? "" : ", ", check.name, found);
        }
        if (failed.empty()) return {};
        return fail("QUAL001", "quality guards are not met: " + failed +
                                   "; nothing was published, the joined chunks wait in " +
                                   checkpoint_);
    }

    Result<slice::Promotion> promotion() {
        slice::RowOrder by{facts_.left.facts.primary_keys, facts_.left.facts.order_column};
        if (by.keys.empty()) by.keys = output_.primary_keys;
        if (!by.order) by.order = output_.order_column;
        auto model = slice::Model::periodic_snapshot;
        if (output_.model) {
            const auto called = slice::model_called(output_.model->value);
            if (!called)
                return fail("CFG104",
                    "'" + output_.model->value + "' is no silver model or profile",
                    output_.model->span);
            model = *called;
        }
        const auto& right = facts_.right.facts;
        const bool known =
            (!facts_.left.facts.primary_keys.empty() && facts_.left.facts.order_column &&
                !right.primary_keys.empty() && right.order_column) ||
            (!output_.primary_keys.empty() && output_.order_column);
        if (slice::keeps_one_of_each_key(model) && !known) {
            note(
                fmt::format("{} needs keys and an order, and the metadata of the sides names none; "
                            "periodic_snapshot is made",
                    slice::to_string(model)));
            model = slice::Model::periodic_snapshot;
        }
        facts_.model = model;
        return slice::promote_rows(model, by, {}, facts_.columns);
    }

    Status publish() {
        const auto promotion = TRY(this->promotion());
        for (const auto& warning : promotion.warnings) note(warning);
        for (const auto& statement : promotion.before) TRY(session_->execute(statement.text()));
        auto files = TRY(storage::open_local(folder_));
        const auto staging = ".ingot-" + context_.run_id;
        for (const auto& artifact : promotion.artifacts) {
            const auto written =
                TRY(write_artifact(*session_, {.name = artifact.name,
                                                  .select = artifact.select,
                                                  .folder = folder_ + "/" + staging,
                                                  .formats = formats(),
                                                  .partition_columns = output_.partition_columns}));
            for (const auto& warning : written.warnings) note(warning);
            for (const auto& file : written.files)
                facts_.files.push_back({artifact.name, file.path});
        }
        report_.rows.out = facts_.rows;
        facts_.now = context_.clock.now();
        facts_.checkpoint_file = checkpoint_ + "/progress.json";
        const auto before = files_before(*files);
        for (const auto& file : facts_.files) {
            TRY(files->sync(staging + "/" + file.path));
            TRY(files->rename(staging + "/" + file.path, file.path));
        }
        TRY(files->write("_metadata.json", join_metadata(job_, formats(), facts_, *progress_)));
        for (const auto& path : before)
            if (std::ranges::find(facts_.files, path, &JoinedFile::path) == facts_.files.end())
                TRY(files->remove(path));
        TRY(files->remove(staging));
        TRY(checkpoints_->remove("_spill"));
        return progress_->finish();
    }

    // What an earlier join wrote here; of other files nobody knows whose they are.
    static std::vector<std::string> files_before(storage::FileSystem& files) {
        const auto text = files.read("_metadata.json");
        if (!text) return {};
        return files_of_join(*text);
    }

    OutputFormats formats() const {
        const auto asked = [&](join::Format format) {
            return std::ranges::find(output_.formats, format) != output_.formats.end();
        };
        return {.parquet = output_.formats.empty() || asked(join::Format::parquet),
            .csv = asked(join::Format::csv),
            .parquet_compression = output_.parquet_compression};
    }

    Result<std::int64_t> count(const std::string& select) {
        return TRY(session_->query("SELECT count(*) FROM (" + select + ")")).integer(0, 0);
    }

    void note(const std::string& message) { report_.warnings.push_back(message); }

    const JoinContext& context_;
    const join::Output& output_;
    const JoinJob& job_;
    StepReport& report_;
    std::unique_ptr<engine::Session> session_;
    std::unique_ptr<storage::FileSystem> checkpoints_;
    std::optional<Progress> progress_;
    std::string folder_, checkpoint_;
    JoinFacts facts_;
    bool swapped_ = false;
    int aligned_ = 0;
};

}  // namespace

StepReport join_folders(const JoinContext& context, const JoinJob& job) {
    const auto began = Steady::now();
    StepReport report;
    report.dataset = "join " + job.spec.output.path.value;
    report.reason = "asked for";
    context.bus.emit(StepStarted{report.dataset, {}, report.reason});
    if (auto done = FolderJoin(context, job, report).run(); !done) {
        report.status = StepStatus::failed;
        report.error = std::move(done.error());
    }
    report.seconds = seconds_since(began);
    context.bus.emit(StepFinished{report});
    return report;
}

}  // namespace ingot::run
