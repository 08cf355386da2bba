#include "run/past.h"

#include <algorithm>

#include "base/suggest.h"
#include "platform/table/versions.h"
#include "run/catalog.h"
#include "run/land.h"
#include "run/publish.h"
#include "run/slice_record.h"
#include "run/slice_writer.h"
#include "run/views.h"
#include "sql/dialect.h"
#include "state/journal.h"

namespace ingot::run {

namespace {

constexpr std::size_t runs_to_suggest = 1000;

// The tables as they were: reading gives the version of then.
class TablesOfThen final : public table::TableFormat {
public:
    TablesOfThen(storage::FileSystem& files, table::TableFormat& tables, Instant moment)
        : files_(files), tables_(tables), moment_(moment) {}

    Result<std::optional<table::TableVersion>> read(
        const std::string& folder, std::optional<std::int64_t> at) override {
        if (!at) at = TRY(table::version_at(files_, folder, moment_));
        return at ? tables_.read(folder, at) : std::nullopt;
    }
    Result<std::optional<table::LatestState>> latest_state(const std::string& folder) override {
        auto version = TRY(read(folder, {}));
        if (!version) return std::nullopt;
        return table::LatestState{
            version->version, std::move(version->state), version->changed_by_others};
    }
    Result<std::int64_t> commit(const std::string&, const table::Commit&) override {
        return is_past();
    }
    Result<std::vector<table::DataFile>> mark(
        const std::string&, const std::string&, const std::vector<table::RowsThatGo>&) override {
        return is_past();
    }
    Result<std::optional<std::int64_t>> transaction(
        const std::string&, const std::string&) override {
        return is_past();
    }
    Result<std::vector<std::string>> orphans(
        const std::string&, const table::OrphanSearch&) override {
        return is_past();
    }
    Result<std::optional<table::Checkpoint>> prepare_checkpoint(
        const std::string&, std::int64_t) override {
        return is_past();
    }
    Status publish_checkpoint(const std::string&, const table::Checkpoint&) override {
        return is_past();
    }

private:
    static std::unexpected<Error> is_past() {
        return fail("BUG001", "the tables of an earlier run are read only");
    }

    storage::FileSystem& files_;
    table::TableFormat& tables_;
    Instant moment_;
};

class Past {
public:
    explicit Past(const PastOrder& order)
        : order_(order), then_(order.files, order.tables, order.run.ended) {}

    Result<std::string> statements() {
        const auto needed = with_inputs_of_views(order_.needed);
        auto ids = with_inputs_of_views(order_.welcome);
        ids.insert(needed.begin(), needed.end());
        std::set<DatasetId> made;
        std::string all;
        for (const auto id : ids) {
            const bool is_possible =
                !is_view(node(id)) || std::ranges::all_of(node(id).inputs,
                                          [&](DatasetId input) { return made.contains(input); });
            auto views = is_possible ? entries(id) : std::string();
            if (needed.contains(id) && !views) return std::unexpected(std::move(views.error()));
            if (needed.contains(id) && views->empty())
                return fail("STG001",
                    name(id) + " was not published yet when run " + order_.run.run_id + " ended");
            if (!views || views->empty()) continue;
            all += *views;
            made.insert(id);
        }
        return all;
    }

private:
    const Node& node(DatasetId id) const { return order_.manifest.datasets[id]; }
    std::string name(DatasetId id) const { return node(id).dataset.name.text(); }

    // Inputs stand before their readers, here as in the manifest.
    std::set<DatasetId> with_inputs_of_views(std::set<DatasetId> ids) const {
        std::vector<DatasetId> open(ids.begin(), ids.end());
        while (!open.empty()) {
            const auto id = open.back();
            open.pop_back();
            if (!is_view(node(id))) continue;
            for (const auto input : node(id).inputs)
                if (ids.insert(input).second) open.push_back(input);
        }
        return ids;
    }

    Result<std::string> entries(DatasetId id) {
        if (node(id).dataset.bronze()) return bronze(id);
        if (!is_view(node(id))) TRY(is_there(id));
        return catalog_entries(node(id), order_.files, then_);
    }

    // Bronze has no versions: of its slices those that landed by then, as long as none has been landed again since.
    Result<std::string> bronze(DatasetId id) {
        auto slices = TRY(standing_slices(order_.files, node(id)));
        std::vector<std::string> later;
        for (const auto& [date, slice] : slices) {
            const auto record =
                TRY(read_slice_record(order_.files, slice_folder(node(id), *parse_date(date))));
            if (record.landed > order_.run.ended) later.push_back(date);
        }
        for (const auto& date : later) {
            if (TRY(stood(name(id), date)))
                return fail("STG106", name(id) + ": slice " + date +
                                          " was landed again after run " + order_.run.run_id +
                                          " ended, and bronze keeps no versions; ask silver");
            slices.erase(date);
        }
        if (slices.empty()) return "";
        const auto& of = node(id).dataset.name;
        return "CREATE VIEW " + sql::duckdb().qualified(to_string(of.layer), of.name).text() +
               " AS " + TRY(bronze_view(slices, declared_columns(node(id)))).select.text() + ";\n";
    }

    // Whether a run landed the slice by then.
    Result<bool> stood(const std::string& dataset, const std::string& date) {
        if (!runs_) runs_ = TRY(state::Journal(order_.files).newest(runs_to_suggest));
        return std::ranges::any_of(*runs_, [&](const state::RunRecord& run) {
            if (run.started > order_.run.ended) return false;
            return std::ranges::any_of(run.steps, [&](const state::StepRecord& step) {
                return step.dataset == dataset && step.slice == date &&
                       step.outcome == state::Outcome::success;
            });
        });
    }

    Status is_there(DatasetId id) {
        const auto& folder = node(id).folder;
        const auto version = then_.read(folder, {});
        if (!version) return std::unexpected(Error(version.error()).during(name(id)));
        if (!*version) return {};
        std::set<std::string> standing;
        for (const auto& file : TRY(order_.files.list(folder)))
            standing.insert(file.path.substr(folder.size() + 1));
        for (const auto& file : (*version)->files)
            if (!standing.contains(file.path) && !is_elsewhere(file.path))
                return fail("STG106", name(id) + ": version " +
                                          std::to_string((*version)->version) +
                                          ", which stood when run " + order_.run.run_id +
                                          " ended, is gone: its files were removed after the "
                                          "retention of old versions. Ask for a later run, "
                                          "`ingot state show` lists them");
        return {};
    }

    static bool is_elsewhere(const std::string& path) {
        return path.starts_with('/') || storage::is_url(path);
    }

    const PastOrder& order_;
    TablesOfThen then_;
    std::optional<std::vector<state::RunRecord>> runs_;
};

}  // namespace

Result<PastRun> past_run(
    const Manifest& manifest, storage::FileSystem& files, const std::string& run_id) {
    state::Journal journal(files);
    const auto run = TRY(journal.read(run_id));
    if (run && run->finished) return PastRun{run_id, *run->finished};
    if (run && state::is_live(*run))
        return fail("RUN103", "run " + run_id + " is still under way; ask again when it ended");
    // A run that was killed wrote no end, and records of runs may be lost; what it committed tells.
    std::optional<Instant> ended;
    if (run) ended = run->started;
    for (const auto& node : manifest.datasets) {
        if (node.dataset.bronze() || is_view(node)) continue;
        const auto last = TRY(table::last_commit_of(files, node.folder, run_id));
        if (last) ended = std::max(ended.value_or(*last), *last);
    }
    if (ended) return PastRun{run_id, *ended};
    std::vector<std::string> known;
    for (const auto& other : TRY(journal.newest(runs_to_suggest))) known.push_back(other.run_id);
    return fail("RUN103", "there is no run '" + run_id + "'" + did_you_mean(run_id, known) +
                              "; `ingot state show` lists the runs");
}

Result<std::string> past_catalog(const PastOrder& order) { return Past(order).statements(); }

}  // namespace ingot::run
