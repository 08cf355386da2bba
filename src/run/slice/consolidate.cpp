#include "run/slice/consolidate.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "run/slice/read_folder.h"
#include "run/slice/slice_metadata.h"
#include "run/step.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using sql::duckdb;
using sql::Fragment;

constexpr std::string_view note_prefix = "_metadata_chunk_";

struct Part {
    std::string leaf;  // relative folder, "" or ending in /
    std::string artifact;
    std::string ending;  // parquet or csv
    std::string tag;     // empty: of the partition as it stands
    std::string path;    // relative to the partition
};

std::string text(const Json& json, const char* key) {
    const auto it = json.find(key);
    return it != json.end() && it->is_string() ? it->get<std::string>() : "";
}

class Consolidation {
public:
    Consolidation(const SliceContext& context, const ConsolidateJob& job,
        storage::FileSystem& files, std::string partition, StepReport& report)
        : context_(context),
          job_(job),
          files_(files),
          partition_(std::move(partition)),
          report_(report) {}

    Status run() {
        state::Leases leases(files_);
        state::HeldLeases held(leases);
        TRY(held.acquire(partition_, context_.run_id, job_.lock_patience));
        auto done = unite();
        TRY(held.release(partition_));
        return done;
    }

private:
    Status unite() {
        TRY(read_notes());
        TRY(list_parts());
        session_ = TRY(context_.engine.connect());
        TRY(session_->execute("SET TimeZone = 'UTC'"));
        std::set<std::string> artifacts;
        for (const auto& part : parts_) artifacts.insert(part.artifact);
        const auto staging = partition_ + "/.ingot-" + context_.run_id;
        auto done = [&]() -> Status {
            for (const auto& artifact : artifacts) TRY(unite_artifact(artifact, staging));
            return publish(staging);
        }();
        TRY(files_.remove(staging));
        return done;
    }

    Status read_notes() {
        for (const auto& name : TRY(files_.names(partition_))) {
            if (!name.starts_with(note_prefix)) continue;
            const auto json =
                Json::parse(TRY(files_.read(partition_ + "/" + name)), nullptr, false);
            if (!json.is_object())
                return fail("STATE103",
                    files_.url(partition_ + "/" + name) + " is not the note of a chunk");
            tags_.insert(text(json, "chunk_tag"));
            note_ = json;
        }
        if (TRY(files_.exists(partition_ + "/_metadata.json")))
            standing_ =
                Json::parse(TRY(files_.read(partition_ + "/_metadata.json")), nullptr, false);
        if (standing_.is_object())
            for (const auto& tag : standing_.value("chunk_tags", Json::array()))
                united_before_.insert(tag.get<std::string>());
        return {};
    }

    // A partition that holds more than the chunks still there is taken in as it stands, and of the chunks those that it
    // does not hold yet.
    bool keeps_standing() const {
        return standing_.is_object() &&
               (united_before_.empty() || !std::ranges::includes(tags_, united_before_));
    }

    Status list_parts() {
        for (const auto& file : TRY(files_.list(partition_))) {
            const fs::path path = fs::path(file.path).lexically_relative(partition_);
            const auto ending = path.extension().string();
            const bool hidden = std::ranges::any_of(path, [](const fs::path& each) {
                return each.string().starts_with('_') || each.string().starts_with('.');
            });
            if (hidden || (ending != ".parquet" && ending != ".csv")) continue;
            auto part = part_of(path, ending.substr(1));
            const bool wanted = part.tag.empty()
                                    ? keeps_standing()
                                    : !(keeps_standing() && united_before_.contains(part.tag));
            if (wanted) parts_.push_back(std::move(part));
        }
        return {};
    }

    Part part_of(const fs::path& path, const std::string& ending) const {
        Part part{.leaf = path.parent_path().string(),
            .artifact = path.stem().string(),
            .ending = ending,
            .tag = {},
            .path = path.string()};
        if (!part.leaf.empty()) part.leaf += "/";
        for (const auto& tag : tags_)
            if (part.artifact.ends_with("-" + tag) && tag.size() > part.tag.size()) part.tag = tag;
        if (!part.tag.empty()) part.artifact.resize(part.artifact.size() - part.tag.size() - 1);
        return part;
    }

    std::vector<std::string> leaves_of(
        const std::string& artifact, const std::string& ending) const {
        std::set<std::string> leaves;
        for (const auto& part : parts_)
            if (part.artifact == artifact && part.ending == ending) leaves.insert(part.leaf);
        return {leaves.begin(), leaves.end()};
    }

    // Both formats hold the same rows; one is read, and all that there are are written.
    Status unite_artifact(const std::string& artifact, const std::string& staging) {
        const bool parquet = !leaves_of(artifact, "parquet").empty();
        const bool csv = !leaves_of(artifact, "csv").empty();
        const auto leaves = leaves_of(artifact, parquet ? "parquet" : "csv");
        std::string united;
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            const auto relation = "leaf_" + std::to_string(i);
            TRY(read_leaf(artifact, leaves[i], parquet ? "parquet" : "csv", relation));
            united += (i ? " UNION ALL BY NAME " : "") + std::string("SELECT *, ") +
                      std::to_string(i) + " AS _ingot_leaf FROM " + relation;
        }
        TRY(session_->execute("CREATE OR REPLACE TEMP TABLE united AS " + united));
        const auto kept = TRY(kept_rows());
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            const auto written = TRY(write_artifact(
                *session_, {.name = artifact,
                               .select = Fragment::of("SELECT * EXCLUDE (_ingot_leaf) FROM (") +
                                         kept + Fragment::of(") WHERE _ingot_leaf = ") +
                                         duckdb().integer(static_cast<std::int64_t>(i)),
                               .folder = files_.url(staging + "/" + leaves[i]),
                               .formats = {parquet, csv, "snappy"}}));
            for (const auto& file : written.files)
                new_files_[artifact].push_back(leaves[i] + file.path);
            report_.rows.out += written.rows;
        }
        return {};
    }

    Status read_leaf(const std::string& artifact, const std::string& leaf,
        const std::string& ending, const std::string& relation) {
        FolderFiles found;
        // What stands came before the chunks, and these in the order of their tags.
        for (const bool standing : {true, false})
            for (const auto& part : parts_)
                if (part.artifact == artifact && part.leaf == leaf && part.ending == ending &&
                    part.tag.empty() == standing)
                    (ending == "parquet" ? found.parquet : found.csv)
                        .push_back(files_.url(partition_ + "/" + part.path));
        report_.rows.in += TRY(read_files(*session_, found, {.relation = relation})).rows;
        return {};
    }

    Result<Fragment> kept_rows() {
        const auto columns = TRY(session_->describe("FROM united"));
        const auto all = Fragment::of("SELECT * EXCLUDE (_ingot_arrival) FROM united");
        if (job_.primary_keys.empty() || !job_.order_column) return all;
        auto wanted = job_.primary_keys;
        wanted.push_back(*job_.order_column);
        for (const auto& name : wanted)
            if (!find_column(columns, name)) {
                note("SIL102 an artifact has no column '" + name + "', so all its rows are kept");
                return all;
            }
        const auto newest =
            Fragment::of("row_number() OVER (PARTITION BY ") + duckdb().columns(job_.primary_keys) +
            Fragment::of(" ORDER BY ") + duckdb().identifier(*job_.order_column) +
            Fragment::of(" DESC NULLS FIRST, _ingot_leaf DESC, _ingot_arrival DESC) = 1");
        // A history keeps every row; what changes is which of them is current.
        if (find_column(columns, "is_current"))
            return Fragment::of("SELECT * EXCLUDE (_ingot_arrival) REPLACE (CAST(") + newest +
                   Fragment::of(" AS INTEGER) AS is_current) FROM united");
        return all + Fragment::of(" QUALIFY ") + newest;
    }

    Status publish(const std::string& staging) {
        std::vector<std::string> paths;
        auto artifacts = Json::object();
        for (const auto& [artifact, files] : new_files_) {
            artifacts[artifact] = files;
            paths.insert(paths.end(), files.begin(), files.end());
        }
        auto tags = keeps_standing() ? united_before_ : std::set<std::string>{};
        tags.insert(tags_.begin(), tags_.end());
        const auto now = to_string(context_.clock.now());
        Json metadata{{"timestamp", now}, {"record_count", report_.rows.out},
            {"chunk_count", paths.size()}, {"chunk_tags", tags}, {"artifacts", artifacts}};
        for (const auto* key : {"load_pattern", "bronze_path", "domain", "entity", "version",
                 "primary_keys", "order_column", "silver_model", "dataset_id"})
            if (note_.contains(key)) metadata[key] = note_.at(key);
        Json checksums{{"timestamp", now}, {"load_pattern", "chunked"},
            {"files", Json::parse(TRY(file_list_json(files_.url(staging), paths)))}};
        boundary("slice-staged");
        for (const auto& path : paths)
            TRY(files_.rename(staging + "/" + path, partition_ + "/" + path));
        TRY(files_.write(partition_ + "/_checksums.json", checksums.dump(2, ' ', true)));
        TRY(files_.write(partition_ + "/_metadata.json", metadata.dump(2, ' ', true)));
        if (!job_.prune_chunks) return {};
        for (const auto& part : parts_)
            if (!part.tag.empty()) TRY(files_.remove(partition_ + "/" + part.path));
        for (const auto& tag : tags_)
            TRY(files_.remove(partition_ + "/" + std::string(note_prefix) + tag + ".json"));
        return {};
    }

    void note(const std::string& message) { report_.warnings.push_back(message); }

    const SliceContext& context_;
    const ConsolidateJob& job_;
    storage::FileSystem& files_;
    std::string partition_;
    StepReport& report_;
    std::unique_ptr<engine::Session> session_;
    std::set<std::string> tags_, united_before_;
    Json note_ = Json::object(), standing_;
    std::vector<Part> parts_;
    std::map<std::string, std::vector<std::string>> new_files_;
};

StepReport consolidate_partition(const SliceContext& context, const ConsolidateJob& job,
    storage::FileSystem& files, const std::string& partition) {
    const auto began = std::chrono::steady_clock::now();
    StepReport report;
    report.dataset = partition.empty() ? "." : partition;
    report.reason = "has chunks";
    context.bus.emit(StepStarted{report.dataset, {}, report.reason});
    if (auto done = Consolidation(context, job, files, partition, report).run(); !done) {
        report.status = StepStatus::failed;
        report.error = std::move(done.error());
    }
    report.rows.dropped = std::max<std::int64_t>(0, report.rows.in - report.rows.out);
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    context.bus.emit(StepFinished{report});
    return report;
}

}  // namespace

Result<std::vector<StepReport>> consolidate(
    const SliceContext& context, const ConsolidateJob& job) {
    auto files = TRY(storage::open_local(job.silver_base));
    std::set<std::string> partitions;
    for (const auto& file : TRY(files->list("")))
        if (fs::path(file.path).filename().string().starts_with(note_prefix))
            partitions.insert(fs::path(file.path).parent_path().string());
    std::vector<StepReport> reports;
    for (const auto& partition : partitions)
        reports.push_back(consolidate_partition(context, job, *files, partition));
    return reports;
}

}  // namespace ingot::run
