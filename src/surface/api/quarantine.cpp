#include "surface/api/quarantine.h"

#include <cstdio>

#include "run/quarantine.h"

namespace ingot::api {

Result<std::vector<QuarantineOf>> quarantined(
    Workbench& workbench, const std::vector<DatasetId>& ids) {
    std::vector<QuarantineOf> all;
    auto& files = *TRY(workbench.files());
    for (const auto id : ids) {
        const auto& node = workbench.manifest().datasets[id];
        const auto& name = node.dataset.name;
        const auto found = TRY(run::quarantine_files(files, *TRY(workbench.tables()), node));
        if (found.empty()) continue;
        auto session = TRY(TRY(workbench.engine())->connect());
        QuarantineOf of{.dataset = name.text(), .rows = 0, .rejected = {}};
        for (const auto& file : found) of.rows += file.rows;
        const auto counts =
            TRY(session->query(run::quarantine_counts(files, name.layer, found).text()));
        for (std::size_t i = 0; i < counts.rows.size(); ++i)
            of.rejected.push_back({counts.text(i, 0), counts.text(i, 1), counts.integer(i, 2)});
        all.push_back(std::move(of));
    }
    return all;
}

Result<RetriedQuarantine> retry_quarantine(Workbench& workbench, const std::vector<DatasetId>& ids,
    const AttachSinks& attach, const std::atomic<bool>& stop) {
    RetriedQuarantine retried;
    std::vector<DatasetId> silver;
    for (const auto id : ids)
        if (workbench.manifest().datasets[id].dataset.silver()) silver.push_back(id);
    retried.before = TRY(quarantined(workbench, silver));
    if (retried.before.empty()) return retried;
    RunRequest request{.select = {},
        .exclude = {},
        .layers = {Layer::silver},
        .dates = {std::chrono::floor<std::chrono::days>(Clock::from_environment().now())},
        .restate_from = Date{},
        .threads = workbench.options().threads};
    for (const auto& of : retried.before) request.select.push_back(of.dataset);
    retried.outcome = TRY(run(workbench, request, attach, stop));
    retried.after = TRY(quarantined(workbench, silver));
    return retried;
}

Result<bool> show_quarantine(Workbench& workbench, const ShowQuarantine& wanted) {
    auto& files = *TRY(workbench.files());
    const auto& node = workbench.manifest().datasets[wanted.dataset];
    const auto found = TRY(run::quarantine_files(files, *TRY(workbench.tables()), node));
    if (found.empty()) return false;
    auto session = TRY(TRY(workbench.engine())->connect());
    auto select = run::quarantine_rows(files, node.dataset.name.layer, found).text();
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
