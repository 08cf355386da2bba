#include "surface/api/state.h"

#include <algorithm>
#include <set>

#include "run/catalog.h"
#include "run/file_ledger.h"
#include "run/land.h"
#include "run/plain_files.h"
#include "run/views.h"
#include "state/repair.h"
#include "state/verify.h"

namespace ingot::api {

namespace {

std::vector<std::string> gaps_in(const std::vector<std::string>& dates) {
    std::vector<std::string> gaps;
    for (std::size_t i = 1; i < dates.size(); ++i) {
        const auto before = parse_date(dates[i - 1]), after = parse_date(dates[i]);
        if (!before || !after) continue;
        for (auto day = *before + std::chrono::days(1); day < *after; day += std::chrono::days(1))
            gaps.push_back(to_string(day));
    }
    return gaps;
}

Result<std::optional<StandingTable>> look_at_bronze(storage::FileSystem& files, const Node& node) {
    const auto slices = TRY(run::standing_slices(files, node));
    if (slices.empty()) return std::nullopt;
    StandingTable table{.dataset = node.dataset.name.text(), .rows = 0};
    for (const auto& [date, slice] : slices) {
        table.slices.push_back(date);
        table.rows += slice.rows;
    }
    if (!node.dataset.bronze()->table.options.new_files) {
        table.gaps = gaps_in(table.slices);
        return table;
    }
    for (const auto& [name, before] : TRY(run::landed_files(files, node)))
        table.files.push_back({name, before.slice, before.input.rows});
    return table;
}

void add_standing(StandingTable& table, const state::Standing& standing) {
    table.run_id = standing.run_id;
    std::set<std::string> slices;
    for (const auto& [name, input] : standing.inputs)
        for (const auto& [date, fingerprint] : input.slices) slices.insert(date);
    table.slices.assign(slices.begin(), slices.end());
}

Result<std::optional<StandingTable>> look_at(Workbench& workbench, const Node& node) {
    auto& files = *TRY(workbench.files());
    if (node.dataset.bronze()) return look_at_bronze(files, node);
    StandingTable table{.dataset = node.dataset.name.text()};
    if (run::is_view(node)) {
        const auto view = TRY(run::read_view(files, node));
        if (!view) return std::nullopt;
        add_standing(table, *view);
        return table;
    }
    const auto latest = TRY(TRY(workbench.tables())->latest_state(node.folder));
    if (!latest) return std::nullopt;
    table.version = latest->version;
    if (!latest->state.empty()) {
        const auto standing = TRY(state::parse_standing(latest->state));
        table.rows = standing.rows;
        add_standing(table, standing);
    }
    return table;
}

bool touches(const state::RunRecord& run, const std::set<std::string>& names) {
    return std::ranges::any_of(
        run.steps, [&](const auto& step) { return names.contains(step.dataset); });
}

constexpr std::size_t runs_looked_through = 10000;

}  // namespace

Result<StateView> show_state(Workbench& workbench, const ShowState& wanted) {
    StateView view;
    auto& files = *TRY(workbench.files());
    state::Leases leases(files);
    std::set<std::string> names;
    for (const auto id : wanted.ids) {
        const auto& node = workbench.manifest().datasets[id];
        const auto name = node.dataset.name.text();
        names.insert(name);
        auto table = TRY(look_at(workbench, node));
        auto holder = TRY(leases.holder(name));
        if (!table && holder) table = StandingTable{.dataset = name};
        if (!table) continue;
        table->holder = std::move(holder);
        view.tables.push_back(*std::move(table));
    }
    view.runs = TRY(state::Journal(files).newest(wanted.all ? wanted.runs : runs_looked_through));
    if (!wanted.all)
        std::erase_if(view.runs, [&](const auto& run) { return !touches(run, names); });
    if (view.runs.size() > wanted.runs) view.runs.resize(wanted.runs);
    return view;
}

Result<std::vector<std::string>> repair_state(Workbench& workbench, bool dry_run) {
    auto& files = *TRY(workbench.files());
    auto& tables = *TRY(workbench.tables());
    state::Leases leases(files);
    state::Repair wanted{
        .now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()),
        .only_report = dry_run};
    for (const auto* layer : {"silver", "gold", "snapshot", "_tables"})
        for (auto& folder : TRY(state::standing_tables(files, layer)))
            wanted.tables.push_back(std::move(folder));
    const auto report = TRY(state::repair(files, tables, leases, wanted));
    std::vector<std::string> lines;
    for (const auto& removed : report.removed)
        lines.push_back(
            (dry_run ? "would remove " : "removed ") + removed.path + ": " + removed.why);
    for (const auto& kept : report.kept) lines.push_back("left alone " + kept);
    if (dry_run) {
        lines.emplace_back("would make catalog.duckdb again");
        return lines;
    }
    state::HeldLeases held(leases);
    TRY(run::refresh_plain_files({.manifest = workbench.manifest(),
        .files = files,
        .tables = tables,
        .engine = [&] { return workbench.engine(); },
        .leases = held,
        .run_id = state::new_run_id(wanted.now),
        .trust = run::Trust::files}));
    TRY(run::forget_catalog(files));
    TRY(run::refresh_catalog(
        workbench.manifest(), files, tables, [&] { return workbench.engine(); },
        state::new_run_id(wanted.now)));
    lines.emplace_back("made catalog.duckdb again");
    return lines;
}

}  // namespace ingot::api
