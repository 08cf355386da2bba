// One step: the dataset's lease, then the work of its kind.
#include "project/option_places.h"
#include "run/land.h"
#include "run/land_source.h"
#include "run/plain_files.h"
#include "run/publish.h"
#include "run/runner.h"
#include "run/step.h"
#include "run/table_rows.h"

namespace ingot::run {

Result<StepReport> land_step(const RunContext& context, const Step& step) {
    const auto& node = context.manifest.datasets[step.dataset];
    const LandOrder order{.manifest = context.manifest,
        .node = node,
        .stores = context.stores,
        .date = *step.slice,
        .run_id = context.run_id,
        .now = context.clock.now(),
        .full_refresh = context.plan.full_refresh,
        .stopped = [&context] { return context.stop.load(); }};
    const bool is_asked = node.dataset.bronze()->kind != nullptr;
    const auto open = [&context] { return context.engine.connect(); };
    auto report = TRY(is_asked ? land_source(order, open, context.files)
                               : land(order, *TRY(open()), context.files));
    boundary("after-land");
    return report;
}

namespace {

Result<StepReport> work(const RunContext& context, const Step& step) {
    switch (step.kind) {
        case StepKind::land: return land_step(context, step);
        case StepKind::promote: return promote_step(context, step);
        case StepKind::build: return build_step(context, step);
    }
    return fail("BUG001", "a step of no kind");
}

// Slices that come from files have a lease each. A source that is asked goes on from the slice before, and new files
// are those that no slice has: such a dataset has one lease. What reads slices is pinned once they are all in.
std::string lease_name(const RunContext& context, const Step& step) {
    const auto* bronze = context.manifest.datasets[step.dataset].dataset.bronze();
    const bool stands_alone = bronze && !bronze->kind && !bronze->table.options.new_files;
    return stands_alone ? step.name + "@" + to_string(*step.slice) : step.name;
}

Status pin_inputs(const RunContext& context, const Step& step) {
    for (const auto id : context.manifest.datasets[step.dataset].inputs)
        if (context.manifest.datasets[id].dataset.bronze())
            TRY(pin_bronze(context, context.manifest.datasets[id]));
    return {};
}

}  // namespace

Result<StepReport> run_step(const RunContext& context, const Step& step) {
    const auto lease = lease_name(context, step);
    TRY(context.leases.acquire(lease, context.run_id, context.lease_patience));
    boundary("after-lease");
    TRY(pin_inputs(context, step));
    TRY(settle_place(context, context.manifest.datasets[step.dataset]));
    auto report = work(context, step);
    (void)context.leases.release(lease);
    if (!report) {
        const auto& dataset = context.manifest.datasets[step.dataset].dataset;
        if (report.error().code == "QUAL109")
            return std::unexpected(
                Error(report.error()).at(project::place_of_option(dataset, "partition_by")));
        const bool is_about_options = report.error().exit_status() == 1;
        return std::unexpected(Error(report.error())
                .at(is_about_options ? project::place_of_options(dataset) : dataset.origin));
    }
    if (!report->rows.reconcile())
        return fail("QUAL101", step.name + ": " + std::to_string(report->rows.in) +
                                   " rows in do not equal out + quarantined + dropped");
    return report;
}

}  // namespace ingot::run
