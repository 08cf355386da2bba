#include "surface/api/compact.h"

#include "run/catalog.h"
#include "run/plain_files.h"
#include "run/views.h"
#include "state/journal.h"

namespace ingot::api {

namespace {

// A file that a run which works now has written may not be named yet, so files younger than the oldest of them stay.
Result<Instant> oldest_work(state::Leases& leases) {
    Instant oldest =
        std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
    for (const auto& holder : TRY(leases.live()))
        oldest = std::min(oldest, holder.acquired - std::chrono::seconds(2));
    return oldest;
}

}  // namespace

Result<std::vector<CompactedTable>> compact(
    Workbench& workbench, const std::vector<DatasetId>& ids, const CompactRequest& request) {
    const auto clock = Clock::from_environment();
    const auto run_id = state::new_run_id(clock.now());
    auto& files = *TRY(workbench.files());
    auto& tables = *TRY(workbench.tables());
    state::Leases leases(files);
    state::HeldLeases held(leases);
    std::vector<CompactedTable> all;
    for (const auto id : ids) {
        const auto& node = workbench.manifest().datasets[id];
        if (node.dataset.bronze() || run::is_view(node)) continue;
        if (!TRY(tables.latest_state(node.folder))) continue;
        auto session = TRY(TRY(workbench.engine())->connect());
        TRY(session->execute("SET TimeZone = 'UTC'"));
        const run::TableChange table{.node = node,
            .session = *session,
            .files = files,
            .tables = tables,
            .leases = held,
            .run_id = run_id + "-" + std::to_string(id),
            .now = clock.now()};
        all.push_back({node.dataset.name.text(), TRY(run::compact(table, request.order))});
    }
    // Readers by the catalogue need what its views name until it is made anew.
    TRY(run::refresh_catalog(
        workbench.manifest(), files, tables, [&] { return workbench.engine(); }, run_id));
    const auto older_than = TRY(oldest_work(leases));
    std::size_t i = 0;
    for (const auto id : ids) {
        const auto& node = workbench.manifest().datasets[id];
        if (i == all.size() || node.dataset.name.text() != all[i].dataset) continue;
        const auto expired = TRY(tables.orphans(node.folder, {.now = clock.now(),
                                                                 .retain = request.retain,
                                                                 .older_than = older_than,
                                                                 .remove = true}));
        all[i++].expired = expired.size();
    }
    return all;
}

}  // namespace ingot::api
