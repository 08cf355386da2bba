#include "surface/api/survey.h"

#include <algorithm>
#include <set>

#include "run/land.h"
#include "run/views.h"

namespace ingot::api {

namespace {

std::set<DatasetId> with_inputs(const Manifest& manifest, const std::vector<DatasetId>& ids) {
    std::set<DatasetId> all(ids.begin(), ids.end());
    for (const auto id : ids)
        for (const auto input : manifest.datasets[id].inputs) all.insert(input);
    return all;
}

Status look_at_bronze(Workbench& workbench, const Node& node, bool asked,
    const std::vector<Date>& dates, Survey& out) {
    auto& files = *TRY(workbench.files());
    const auto name = node.dataset.name.text();
    for (const auto& [date, slice] : TRY(run::standing_slices(files, node)))
        out.slices[name][date] = slice.fingerprint;
    if (!asked) return {};
    auto& found = out.sources[name];
    // New files land once, in the slice of the last date asked for.
    const bool once = node.dataset.bronze()->table.options.new_files && !dates.empty();
    const auto asked_dates = once ? std::vector<Date>{dates.back()} : dates;
    for (const auto date : asked_dates)
        found.push_back({date,
            TRY(run::look_at_source(workbench.stores(), files, workbench.manifest(), node, date))});
    return {};
}

Status look_at_table(Workbench& workbench, const Node& node, Survey& out) {
    if (node.dataset.gold() && node.dataset.gold()->materialized == Materialized::view) {
        if (auto view = TRY(run::read_view(*TRY(workbench.files()), node)))
            out.standing[node.dataset.name.text()] = *std::move(view);
        return {};
    }
    const auto latest = TRY(TRY(workbench.tables())->latest_state(node.folder));
    if (!latest || latest->state.empty()) return {};
    out.standing[node.dataset.name.text()] = TRY(state::parse_standing(latest->state));
    return {};
}

bool mentions(const std::vector<std::string>& selection, std::string_view word) {
    return std::ranges::any_of(
        selection, [&](const std::string& text) { return text.find(word) != std::string::npos; });
}

}  // namespace

Result<Survey> survey(
    Workbench& workbench, const std::vector<DatasetId>& ids, const std::vector<Date>& dates) {
    Survey out;
    const auto& manifest = workbench.manifest();
    const std::set<DatasetId> asked(ids.begin(), ids.end());
    for (const auto id : with_inputs(manifest, ids)) {
        const auto& node = manifest.datasets[id];
        if (node.dataset.bronze())
            TRY(look_at_bronze(workbench, node, asked.contains(id), dates, out));
        else
            TRY(look_at_table(workbench, node, out));
    }
    return out;
}

Result<SelectionContext> selection_context(Workbench& workbench,
    const std::vector<std::string>& select, const std::vector<std::string>& exclude) {
    SelectionContext context;
    const auto& manifest = workbench.manifest();
    if (mentions(select, "state:") || mentions(exclude, "state:")) {
        for (DatasetId id = 0; id < manifest.datasets.size(); ++id) {
            const auto& node = manifest.datasets[id];
            if (node.dataset.bronze()) {
                if (TRY(run::standing_slices(*TRY(workbench.files()), node)).empty())
                    context.fresh.push_back(id);
                continue;
            }
            Survey found;
            TRY(look_at_table(workbench, node, found));
            if (found.standing.empty())
                context.fresh.push_back(id);
            else if (found.standing.begin()->second.fingerprint != node.dataset.fingerprint)
                context.modified.push_back(id);
        }
    }
    if (mentions(select, "result:") || mentions(exclude, "result:"))
        context.failed = TRY(failed_last_time(workbench));
    return context;
}

}  // namespace ingot::api
