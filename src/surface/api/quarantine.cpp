#include "surface/api/quarantine.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <set>

#include "run/catalog.h"
#include "run/land.h"
#include "run/quarantine.h"
#include "run/views.h"
#include "state/journal.h"
#include "surface/api/landing_again.h"

namespace ingot::api {

Result<std::vector<QuarantineOf>> quarantined(
    Workbench& workbench, const std::vector<DatasetId>& ids) {
    std::vector<QuarantineOf> all;
    auto& files = *TRY(workbench.files());
    for (const auto id : ids) {
        const auto& node = workbench.manifest().datasets[id];
        const auto& name = node.dataset.name;
        const auto found = TRY(run::quarantine_files(files, *TRY(workbench.tables()), node));
        QuarantineOf of{.dataset = name.text(), .rows = 0, .rejected = {}};
        if (const auto standing = TRY(run::standing_of(*TRY(workbench.tables()), node))) {
            of.purged = standing->purged;
            for (const auto& file : standing->released) of.released += file.rows;
        }
        if (node.dataset.bronze())
            for (const auto& [date, slice] : TRY(run::standing_slices(files, node)))
                of.purged += slice.purged;
        if (found.empty() && of.purged + of.released == 0) continue;
        if (found.empty()) {
            all.push_back(std::move(of));
            continue;
        }
        auto session = TRY(TRY(workbench.engine())->connect());
        for (const auto& file : found) of.rows += file.rows;
        const auto counts =
            TRY(session->query(run::quarantine_counts(files, name.layer, found).text()));
        for (std::size_t i = 0; i < counts.rows.size(); ++i)
            of.rejected.push_back({counts.text(i, 0), counts.text(i, 1), counts.integer(i, 2)});
        all.push_back(std::move(of));
    }
    return all;
}

namespace {

RunRequest request_of(Workbench& workbench, std::vector<Layer> layers) {
    return {.select = {},
        .exclude = {},
        .layers = std::move(layers),
        .dates = {std::chrono::floor<std::chrono::days>(Clock::from_environment().now())},
        .threads = workbench.options().threads};
}

void add(RunOutcome& all, RunOutcome one) {
    if (all.exit_status == 0) all.exit_status = one.exit_status;
    all.run_id = one.run_id;
    std::ranges::move(one.reports, std::back_inserter(all.reports));
}

std::set<std::string> slices_of(const QuarantineOf& of) {
    std::set<std::string> dates;
    for (const auto& rejected : of.rejected) dates.insert(rejected.slice);
    return dates;
}

// Reads the slices again that have rejected rows, and takes what they hold now into silver.
Status land_again(Workbench& workbench, const std::vector<QuarantineOf>& rejected,
    const AttachSinks& attach, const std::atomic<bool>& stop, RunOutcome& outcome) {
    if (rejected.empty()) return {};
    auto readers = request_of(workbench, {Layer::silver});
    for (const auto& of : rejected) {
        auto request = request_of(workbench, {Layer::bronze});
        request.select = {of.dataset};
        request.dates.clear();
        for (const auto& slice : slices_of(of))
            if (const auto date = parse_date(slice)) request.dates.push_back(*date);
        add(outcome, TRY(run_landing_again(workbench, request, attach, stop)));
        readers.select.push_back(of.dataset + "+");
    }
    return add(outcome, TRY(run(workbench, readers, attach, stop))), Status{};
}

}  // namespace

Result<RetriedQuarantine> retry_quarantine(Workbench& workbench, const std::vector<DatasetId>& ids,
    const AttachSinks& attach, const std::atomic<bool>& stop) {
    RetriedQuarantine retried;
    std::vector<DatasetId> bronze, silver, both;
    for (const auto id : ids) {
        const auto& dataset = workbench.manifest().datasets[id].dataset;
        if (dataset.silver()) silver.push_back(id);
        if (!dataset.bronze()) continue;
        const bool is_file = !dataset.bronze()->kind && !dataset.bronze()->table.options.new_files;
        if (is_file)
            bronze.push_back(id);
        else if (!TRY(quarantined(workbench, {id})).empty())
            retried.not_files.push_back(dataset.name.text());
    }
    both = bronze;
    both.insert(both.end(), silver.begin(), silver.end());
    retried.before = TRY(quarantined(workbench, both));
    std::erase_if(retried.before, [](const QuarantineOf& of) { return of.rows == 0; });
    if (retried.before.empty()) return retried;
    const auto with_rows = TRY(quarantined(workbench, bronze));
    TRY(land_again(workbench, with_rows, attach, stop, retried.outcome));
    auto request = request_of(workbench, {Layer::silver});
    request.full_refresh = true;
    for (const auto& of : retried.before)
        if (std::ranges::find(with_rows, of.dataset, &QuarantineOf::dataset) == with_rows.end())
            request.select.push_back(of.dataset);
    if (!request.select.empty()) add(retried.outcome, TRY(run(workbench, request, attach, stop)));
    retried.after = TRY(quarantined(workbench, both));
    return retried;
}

namespace {

// A change of what is remembered of one table, under its lease.
template <class Work>
Status change_one(Workbench& workbench, DatasetId id, const std::string& run_id, Work work) {
    auto& files = *TRY(workbench.files());
    auto session = TRY(TRY(workbench.engine())->connect());
    TRY(session->execute("SET TimeZone = 'UTC'"));
    state::Leases leases(files);
    state::HeldLeases held(leases);
    const run::TableChange change{.node = workbench.manifest().datasets[id],
        .session = *session,
        .files = files,
        .tables = *TRY(workbench.tables()),
        .leases = held,
        .run_id = run_id,
        .now = Clock::from_environment().now()};
    return work(change);
}

// Of the datasets those that have rejected rows which the condition can be asked of.
Result<std::vector<DatasetId>> with_such_rows(
    Workbench& workbench, const std::vector<DatasetId>& ids, const run::WhichRejected& which) {
    std::vector<DatasetId> fitting;
    std::optional<Error> misfit;
    for (const auto id : ids) {
        const auto of = TRY(quarantined(workbench, {id}));
        if (of.empty() || of.front().rows == 0) continue;
        if (!which.where.empty()) {
            auto& files = *TRY(workbench.files());
            const auto& node = workbench.manifest().datasets[id];
            const auto found = TRY(run::quarantine_files(files, *TRY(workbench.tables()), node));
            const auto rows =
                run::quarantine_rows(files, node.dataset.name.layer, found, which).text();
            if (auto bound = TRY(TRY(workbench.engine())->connect())->describe(rows); !bound) {
                misfit = std::move(bound.error());
                continue;
            }
        }
        fitting.push_back(id);
    }
    if (fitting.empty() && misfit) return fail("USE101", "--where: " + misfit->message);
    return fitting;
}

Result<std::int64_t> rows_left(Workbench& workbench, DatasetId id) {
    const auto all = TRY(quarantined(workbench, {id}));
    return all.empty() ? 0 : all.front().rows;
}

}  // namespace

Result<ReleasedQuarantine> release_quarantine(Workbench& workbench,
    const std::vector<DatasetId>& ids, run::Release wanted, const AttachSinks& attach,
    const std::atomic<bool>& stop) {
    wanted.at = Clock::from_environment().now();
    const auto run_id = state::new_run_id(wanted.at);
    ReleasedQuarantine out;
    RunRequest request{.select = {},
        .exclude = {},
        .layers = {Layer::silver, Layer::gold},
        .dates = {std::chrono::floor<std::chrono::days>(wanted.at)},
        .threads = workbench.options().threads};
    for (const auto id : TRY(with_such_rows(workbench, ids, wanted.which))) {
        const auto& node = workbench.manifest().datasets[id];
        const auto& name = node.dataset.name;
        if ((name.layer != Layer::silver && name.layer != Layer::gold) || run::is_view(node))
            continue;
        run::ReleasedCount released;
        TRY(change_one(workbench, id, run_id, [&](const run::TableChange& change) -> Status {
            released = TRY(run::release(change, wanted));
            return {};
        }));
        if (released.rows + released.without == 0) continue;
        out.of.push_back({name.text(), released});
        request.select.push_back(name.text());
    }
    if (!out.of.empty()) out.outcome = TRY(run(workbench, request, attach, stop));
    for (auto& of : out.of)
        for (const auto id : ids)
            if (workbench.manifest().datasets[id].dataset.name.text() == of.dataset)
                of.left = TRY(rows_left(workbench, id));
    return out;
}

Result<std::vector<PurgedQuarantine>> purge_quarantine(
    Workbench& workbench, const std::vector<DatasetId>& ids, const run::WhichRejected& which) {
    const auto run_id = state::new_run_id(Clock::from_environment().now());
    std::vector<PurgedQuarantine> all;
    for (const auto id : TRY(with_such_rows(workbench, ids, which))) {
        const auto& node = workbench.manifest().datasets[id];
        if (!node.dataset.bronze() && run::is_view(node)) continue;
        std::int64_t purged = 0;
        TRY(change_one(workbench, id, run_id, [&](const run::TableChange& change) -> Status {
            purged = TRY(run::purge(change, which));
            return {};
        }));
        if (purged > 0)
            all.push_back({node.dataset.name.text(), purged, TRY(rows_left(workbench, id))});
    }
    TRY(run::refresh_catalog(
        workbench.manifest(), *TRY(workbench.files()), *TRY(workbench.tables()),
        [&] { return workbench.engine(); }, run_id));
    return all;
}

Result<bool> show_quarantine(Workbench& workbench, const ShowQuarantine& wanted) {
    auto& files = *TRY(workbench.files());
    const auto& node = workbench.manifest().datasets[wanted.dataset];
    const auto found = TRY(run::quarantine_files(files, *TRY(workbench.tables()), node));
    if (TRY(with_such_rows(workbench, {wanted.dataset}, wanted.which)).empty()) return false;
    auto session = TRY(TRY(workbench.engine())->connect());
    auto select = run::quarantine_rows(files, node.dataset.name.layer, found, wanted.which).text();
    if (wanted.limit)
        select = "SELECT * FROM (" + select + ") LIMIT " + std::to_string(*wanted.limit);
    if (wanted.format != Format::table) {
        TRY(copy_to_stdout(*session, select, wanted.format));
        return true;
    }
    std::fputs(as_table(TRY(session->query(select))).c_str(), stdout);
    return true;
}

}  // namespace ingot::api
