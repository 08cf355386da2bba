#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "medallion/join/join.h"
#include "medallion/slice/rows.h"
#include "run/join/align_keys.h"
#include "run/join/bring_side.h"
#include "run/join/join_chunks.h"
#include "run/join/join_job.h"
#include "run/join/join_metadata.h"
#include "run/join/join_place.h"
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

class FolderJoin {
public:
    FolderJoin(const JoinContext& context, const JoinJob& job, StepReport& report)
        : context_(context),
          output_(job.spec.output),
          job_(job),
          report_(report),
          place_(job, context.run_id) {}

    Status run() {
        TRY(look());
        session_ = TRY(context_.engine.connect());
        TRY(session_->execute("SET TimeZone = 'UTC'; SET temp_directory = " +
                              duckdb().literal(spill_folder()).text()));
        TRY(read_sides());
        TRY(settle_shape());
        TRY(settle_columns());
        TRY(join_chunks());
        TRY(project());
        TRY(guard());
        return publish();
    }

private:
    Status look() {
        TRY(keeps_apart(job_.spec.left, job_.left_store.get(), "left"));
        TRY(keeps_apart(job_.spec.right, job_.right_store.get(), "right"));
        TRY(place_.open());
        facts_.left = TRY(look_at(job_.spec.left, job_.left_store.get(), "left"));
        facts_.right = TRY(look_at(job_.spec.right, job_.right_store.get(), "right"));
        if (facts_.left.folder == facts_.right.folder ||
            facts_.left.written == facts_.right.written)
            note("SIL106 both sides are " + facts_.left.written + "; its rows meet each other");
        if (must_swap(facts_.left, facts_.right)) {
            std::swap(facts_.left, facts_.right);
            swapped_ = true;
            note(
                "SIL106 the right side is the reference of the left one, so it leads: left and right are exchanged");
        }
        for (const auto* side : {&facts_.left, &facts_.right})
            for (const auto& message : side->notes) note(message);
        return {};
    }

    // What a side's tree holds is read: a result in it would be read by the next join.
    Status keeps_apart(
        const join::Side& side, storage::FileSystem* store, const std::string& name) const {
        if (!place_.lies_in(store, absolute(side.path.value))) return {};
        return fail("CFG108",
            "output.path lies in the folder of the " + name +
                " side, and the next join would read this one's result; write to another folder",
            output_.path.span);
    }

    // What lies in a store is brought beside the finished chunks first, and stays there as long as they do.
    Result<SideInput> look_at(
        const join::Side& side, storage::FileSystem* store, const std::string& name) const {
        auto folder = absolute(side.path.value);
        if (store) {
            folder = place_.work() + "/_inputs/" + name;
            TRY(bring_side(*store, folder));
        }
        auto seen = look_at_side(side.path.value, folder);
        if (!seen) return std::unexpected(std::move(seen.error()).at(side.path.span));
        return seen;
    }

    std::string absolute(const std::string& path) const {
        auto place = (fs::path(job_.working_folder) / path).lexically_normal().string();
        while (place.size() > 1 && place.ends_with('/')) place.pop_back();
        return place;
    }

    std::string spill_folder() const {
        return output_.spill_dir ? absolute(*output_.spill_dir) : place_.work() + "/_spill";
    }

    Status read_sides() {
        const auto& [left, right] = swapped_ ? std::tie(job_.spec.right, job_.spec.left)
                                             : std::tie(job_.spec.left, job_.spec.right);
        TRY(read_side(facts_.left, "left_read", left.text_columns));
        TRY(read_side(facts_.right, "right_read", right.text_columns));
        return {};
    }

    Status read_side(
        SideInput& side, const std::string& relation, const std::vector<std::string>& text) {
        if (side.version) {
            auto read = TRY(read_rows(*session_, side.table_rows, {.relation = relation}));
            side.facts.columns = std::move(read.columns);
            side.facts.rows = read.rows;
            return {};
        }
        // Both formats may stand below one folder; each is read by its own reader.
        auto parquet = side.files, csv = side.files;
        parquet.csv.clear();
        csv.parquet.clear();
        if (parquet.empty() || csv.empty()) {
            auto read = TRY(
                read_files(*session_, side.files, {.relation = relation, .text_columns = text}));
            for (const auto& warning : read.warnings) note(of_side(warning, side.written));
            side.facts.columns = std::move(read.columns);
            side.facts.rows = read.rows;
            return {};
        }
        const auto first = TRY(read_files(*session_, parquet, {.relation = relation + "_parquet"}));
        const auto second =
            TRY(read_files(*session_, csv, {.relation = relation + "_csv", .text_columns = text}));
        for (const auto& warning : second.warnings) note(of_side(warning, side.written));
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
        KeyAlignment alignment(*session_, facts_);
        for (auto& pair : shape.keys) {
            pair.left = find_column(facts_.left.facts.columns, pair.left)->name;
            if (const auto told = TRY(alignment.keys(pair)); !told.empty()) note("SIL106 " + told);
        }
        if (shape.time) TRY(alignment.times(*shape.time, output_.as_of.span));
        if (join::are_suggested(output_)) note("SIL106 joined by " + shown(shape.keys));
        TRY(session_->execute("CREATE TEMP TABLE left_rows AS FROM left_read"));
        shape.columns =
            join::joined_columns(facts_.left.facts, facts_.right.facts, shape.keys, shape.type);
        for (const auto& statement : TRY(join::prepare(shape, facts_.right.facts.columns)))
            TRY(session_->execute(statement.text()));
        facts_.chunk_size = join::chunk_size(output_, facts_.left.facts);
        return {};
    }

    static std::string shown(const std::vector<join::KeyPair>& pairs) {
        std::string out;
        for (const auto& [left, right] : pairs)
            out += (out.empty() ? "" : ", ") + left + (same_name(left, right) ? "" : "=" + right);
        return out;
    }

    // Names that are wrong are told before the work is done.
    Status settle_columns() {
        facts_.projected = TRY(join::projection(output_.select_columns, facts_.shape.columns));
        std::vector<std::string> names;
        for (const auto& column : facts_.projected) names.push_back(column.name);
        checks_ = TRY(join::guard_checks(output_.quality_guards, names));
        return {};
    }

    Status join_chunks() {
        const auto fingerprint = chunks_fingerprint(facts_);
        progress_ = TRY(Progress::open(place_.progress(), fingerprint));
        if (!progress_->chunks().empty())
            note(fmt::format("SIL109 {} of {} chunks were joined before and are taken over",
                progress_->chunks().size(), chunks_of(facts_)));
        TRY(run::join_chunks(
            {.session = *session_,
                .checkpoint = TRY(place_.chunks(*progress_, fingerprint)),
                .keep = [&](const std::string& file) { return place_.keep_chunk(file); },
                .spill = output_.spill_dir ? spill_folder() : "",
                .progress = *progress_},
            facts_));
        tell_of_growth();
        return count_keys();
    }

    // Keys that several right rows share multiply the left ones, which is seldom meant.
    void tell_of_growth() {
        std::int64_t joined = 0;
        for (const auto& chunk : progress_->chunks()) joined += chunk.rows;
        if (joined > facts_.left.facts.rows)
            note(fmt::format("SIL107 {} left rows became {}: several right rows have the same {}",
                facts_.left.facts.rows, joined, shown(facts_.shape.keys)));
    }

    Status count_keys() {
        const auto counts = TRY(session_->query(TRY(join::key_counts(facts_.shape)).text()));
        facts_.matched_right_keys = counts.integer(0, 0);
        facts_.unmatched_right_keys = counts.integer(0, 1);
        report_.rows.in = facts_.left.facts.rows;
        return {};
    }

    Status project() {
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
        for (const auto& check : checks_) {
            const auto found = std::stod(TRY(session_->query(check.query.text())).text(0, 0));
            const bool pass =
                (!check.min || found >= *check.min) && (!check.max || found <= *check.max);
            facts_.guards.push_back({check, found, pass});
            report_.rules.push_back({check.name, "fail", pass ? 0 : 1});
            if (!pass)
                failed += fmt::format("{}{} (found {}, {})", failed.empty() ? "" : ", ", check.name,
                    found, wanted(check));
        }
        if (failed.empty()) return {};
        return fail("QUAL001", "quality guards are not met: " + failed +
                                   "; nothing was published, the joined chunks wait in " +
                                   folder_of(place_.progress_file()));
    }

    static std::string wanted(const join::GuardCheck& check) {
        const auto least = check.min ? fmt::format("at least {}", *check.min) : "";
        const auto most = check.max ? fmt::format("at most {}", *check.max) : "";
        return least + (check.min && check.max ? " and " : "") + most;
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
            note(fmt::format(
                "SIL103 {} needs keys and an order, and the metadata of the sides names none; "
                "periodic_snapshot is made",
                slice::to_string(model)));
            model = slice::Model::periodic_snapshot;
        }
        facts_.model = model;
        auto promotion = slice::promote_rows(model, by, {}, facts_.columns);
        if (!promotion) return std::unexpected(std::move(promotion.error()).at(output_.path.span));
        return promotion;
    }

    Status publish() {
        const auto promotion = TRY(this->promotion());
        for (const auto& warning : promotion.warnings) note(warning);
        for (const auto& statement : promotion.before) TRY(session_->execute(statement.text()));
        for (const auto& artifact : promotion.artifacts) {
            const auto written =
                TRY(write_artifact(*session_, {.name = artifact.name,
                                                  .select = artifact.select,
                                                  .folder = place_.staging(),
                                                  .formats = formats(),
                                                  .partition_columns = output_.partition_columns}));
            for (const auto& warning : written.warnings) note(warning);
            for (const auto& file : written.files)
                facts_.files.push_back({artifact.name, file.path});
        }
        report_.rows.out = facts_.rows;
        facts_.now = context_.clock.now();
        facts_.checkpoint_file = place_.progress_file();
        TRY(place_.publish(facts_.files,
            [&](const std::vector<JoinedFile>& files, const std::vector<std::string>& replaced) {
                facts_.files = files;
                facts_.replaced = replaced;
                return join_metadata(job_, formats(), facts_, *progress_);
            }));
        TRY(progress_->finish());
        return place_.forget();
    }

    // The side's name goes behind the code.
    static std::string of_side(const std::string& warning, const std::string& side) {
        const auto code = warning.find(' ') + 1;
        return warning.substr(0, code) + side + ": " + warning.substr(code);
    }

    static std::string folder_of(const std::string& path) {
        return path.substr(0, path.rfind('/'));
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
    JoinPlace place_;
    std::unique_ptr<engine::Session> session_;
    std::optional<Progress> progress_;
    JoinFacts facts_;
    std::vector<join::GuardCheck> checks_;
    bool swapped_ = false;
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
