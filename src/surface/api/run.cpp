#include "surface/api/run.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "base/process.h"
#include "platform/storage/upload_note.h"
#include "run/catalog.h"
#include "run/land.h"
#include "run/plain_files.h"
#include "run/publish.h"
#include "run/runner.h"
#include "run/step.h"
#include "state/journal.h"
#include "state/lease.h"
#include "state/replaced.h"
#include "surface/api/landing_again.h"
#include "surface/api/survey.h"

namespace ingot::api {

namespace {

std::vector<DatasetId> within(
    const Manifest& manifest, std::vector<DatasetId> ids, const std::vector<Layer>& layers) {
    if (!layers.empty())
        std::erase_if(ids, [&](DatasetId id) {
            return std::ranges::find(layers, manifest.datasets[id].dataset.name.layer) ==
                   layers.end();
        });
    return ids;
}

state::RunRecord record_of(const RunRequest& request, const std::string& run_id, Instant started) {
    state::RunRecord record{.run_id = run_id, .started = started, .process = this_process()};
    record.args = request.select;
    return record;
}

state::StepRecord record_of(const StepReport& report) {
    const auto outcome = report.status == StepStatus::failed    ? state::Outcome::failed
                         : report.status == StepStatus::skipped ? state::Outcome::skipped
                                                                : state::Outcome::success;
    state::StepRecord record{.dataset = report.dataset,
        .slice = report.slice ? to_string(*report.slice) : "",
        .outcome = outcome,
        .reason = report.reason};
    record.rows_in = report.rows.in, record.rows_out = report.rows.out,
    record.quarantined = report.rows.quarantined;
    record.dropped = report.rows.dropped, record.padded = report.rows.padded,
    record.duplicates = report.rows.duplicates;
    record.seconds = report.seconds;
    if (report.error)
        record.error_code = report.error->code.id(), record.error_message = report.error->message;
    return record;
}

int exit_status_of(const std::vector<StepReport>& reports) {
    int status = 0;
    for (const auto& report : reports)
        if (report.error) {
            const int wanted = report.error->exit_status();
            if (wanted != 0 && (status == 0 || wanted < status)) status = wanted;
        }
    return status;
}

bool has_published(const std::vector<StepReport>& reports) {
    return std::ranges::any_of(reports, [](const StepReport& report) {
        return report.status == StepStatus::done && !report.error;
    });
}

}  // namespace

Result<std::vector<DatasetId>> selected(Workbench& workbench,
    const std::vector<std::string>& select, const std::vector<std::string>& exclude) {
    return ingot::select(
        workbench.manifest(), select, exclude, TRY(selection_context(workbench, select, exclude)));
}

namespace {

struct Planned {
    Survey survey;
    Plan plan;
};

// Sources that have to be asked show nothing by themselves: a slice that stands is taken as it is.
void leave_standing(Survey& survey) {
    for (auto& [name, slices] : survey.sources)
        for (auto& slice : slices)
            if (slice.work == SliceWork::ask && survey.slices[name].contains(to_string(slice.date)))
                slice.work = SliceWork::unchanged;
}

// A path without a date shows today's content: what it shows of another day is not what that slice was made of.
void land_again(const Manifest& manifest, Survey& survey) {
    for (const auto& node : manifest.datasets) {
        const auto found = survey.sources.find(node.dataset.name.text());
        if (found == survey.sources.end() || !node.dataset.bronze()) continue;
        const auto& path = node.dataset.bronze()->table.path;
        const bool is_dated = path && path->value.find("{date") != std::string::npos;
        for (auto& slice : found->second)
            if (slice.work == SliceWork::unchanged)
                slice.work = SliceWork::changed;
            else if (slice.work == SliceWork::changed && !is_dated)
                slice.work = SliceWork::unchanged;
    }
}

enum class Standing { is_left, lands_again };

Result<Planned> survey_and_plan(
    Workbench& workbench, const RunRequest& request, Standing slices = Standing::is_left) {
    const auto ids = within(workbench.manifest(),
        TRY(selected(workbench, request.select, request.exclude)), request.layers);
    const auto is_silver = [&](DatasetId id) {
        return workbench.manifest().datasets[id].dataset.silver() != nullptr;
    };
    if (request.restate_from && std::ranges::none_of(ids, is_silver))
        return fail("USE101", "--restate-from is about silver tables, and none is selected");
    Planned planned;
    planned.survey = TRY(survey(workbench, ids, request.dates));
    if (request.only_missing) leave_standing(planned.survey);
    if (slices == Standing::lands_again) land_again(workbench.manifest(), planned.survey);
    planned.plan = make_plan(workbench.manifest(), planned.survey,
        {.selected = ids,
            .dates = request.dates,
            .full_refresh = request.full_refresh,
            .restate_from = request.restate_from});
    return planned;
}

}  // namespace

Result<Plan> plan(Workbench& workbench, const RunRequest& request) {
    return TRY(survey_and_plan(workbench, request)).plan;
}

namespace {

// Readers by the catalogue needed them until it was made anew.
Status remove_replaced_parts(Workbench& workbench, const Plan& plan, storage::FileSystem& files) {
    if (files.exchanges_folders()) return {};
    std::set<std::string> folders;
    for (const auto& step : plan.steps)
        if (const auto& node = workbench.manifest().datasets[step.dataset]; node.dataset.bronze())
            folders.insert(node.folder);
    for (const auto& folder : folders)
        for (const auto& part : TRY(state::replaced_parts(files, folder)))
            TRY(files.remove(part.path));
    return {};
}

void end_left_uploads(Workbench& workbench, const Plan& plan, storage::FileSystem& files) {
    std::set<std::string> folders;
    for (const auto& step : plan.steps)
        folders.insert(workbench.manifest().datasets[step.dataset].folder);
    storage::end_abandoned_uploads(files, folders);
}

// A path without a date gives each of several dates what it holds now, which is seldom what is meant.
void tell_of_undated(const Manifest& manifest, const RunStarted& run, Bus& bus) {
    for (const auto& node : manifest.datasets) {
        const auto* bronze = node.dataset.bronze();
        const auto steps = run.steps_of.find(node.dataset.name.text());
        if (!bronze || bronze->kind || !bronze->table.path || steps == run.steps_of.end()) continue;
        const auto& path = *bronze->table.path;
        if (steps->second > 1 && !path.value.contains("{date"))
            bus.emit(
                Notice{"", to_string(path.span) + ": " +
                               std::string("EXT148 each of the dates gets what '") + path.value +
                               "' holds now, since it has no {date}: as it was then nobody knows"});
    }
}

Result<RunOutcome> run_with(Workbench& workbench, const RunRequest& request, Standing slices,
    const AttachSinks& attach, const std::atomic<bool>& stop) {
    const auto began = std::chrono::steady_clock::now();
    const auto clock = Clock::from_environment();
    RunOutcome outcome{.run_id = state::new_run_id(clock.now()), .reports = {}};
    Bus bus;
    attach(bus, outcome.run_id);
    const auto started = clock.now();
    auto planned = TRY(survey_and_plan(workbench, request, slices));
    const auto& plan = planned.plan;
    RunStarted beginning{outcome.run_id, plan.steps.size()};
    for (const auto& step : plan.steps) ++beginning.steps_of[step.name];
    bus.emit(beginning);
    tell_of_undated(workbench.manifest(), beginning, bus);
    auto& files = *TRY(workbench.files());
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    state::Journal journal(files);
    auto journalled = record_of(request, outcome.run_id, started);
    std::future<void> opening, sweeping;
    if (!plan.steps.empty()) {
        // Its library takes longer to load than all else that comes before the first row.
        auto& engine = *TRY(workbench.engine());
        opening = std::async(std::launch::async, [&engine] { (void)engine.connect(); });
        TRY(journal.write(journalled));
        run::boundary("after-journal");
        auto& tables = *TRY(workbench.tables());
        run::Pins pins;
        state::Leases leases(files);
        state::HeldLeases held(leases);
        const run::RunContext context{.manifest = workbench.manifest(),
            .plan = plan,
            .engine = engine,
            .files = files,
            .tables = tables,
            .stores = workbench.stores(),
            .clock = clock,
            .run_id = outcome.run_id,
            .bus = bus,
            .pins = pins,
            .leases = held,
            .stop = stop};
        TRY(run::pin_all(context));
        const int workers =
            request.threads > 0
                ? request.threads
                : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        outcome.reports = run::execute(
            context, {.workers = workers, .fail_fast = request.fail_fast}, run::run_step);
    }
    outcome.exit_status = exit_status_of(outcome.reports);
    run::boundary("after-steps");
    state::Leases file_leases(files);
    state::HeldLeases held_for_files(file_leases);
    const auto plain = run::refresh_plain_files({.manifest = workbench.manifest(),
        .files = files,
        .tables = *TRY(workbench.tables()),
        .engine = [&] { return workbench.engine(); },
        .leases = held_for_files,
        .run_id = outcome.run_id});
    if (!plain) {
        bus.emit(Notice{"", std::string(plain.error().code.id()) + " " + plain.error().message});
        if (outcome.exit_status == 0) outcome.exit_status = plain.error().exit_status();
    }
    // What sources were asked for can be large, and nobody waits for it to be gone.
    if (!plan.steps.empty())
        sweeping = std::async(
            std::launch::async, [&] { (void)files.remove("_ingot/staging/" + outcome.run_id); });
    const auto catalog = run::refresh_catalog(
        workbench.manifest(), files, *TRY(workbench.tables()), [&] { return workbench.engine(); },
        outcome.run_id, has_published(outcome.reports));
    if (!catalog) {
        bus.emit(
            Notice{"", std::string(catalog.error().code.id()) + " " + catalog.error().message});
        if (outcome.exit_status == 0) outcome.exit_status = catalog.error().exit_status();
    }
    if (catalog) TRY(remove_replaced_parts(workbench, plan, files));
    end_left_uploads(workbench, plan, files);
    bus.emit(RunFinished{outcome.run_id, outcome.reports, elapsed(), stop});
    if (!plan.steps.empty()) {
        for (const auto& report : outcome.reports) journalled.steps.push_back(record_of(report));
        journalled.finished = clock.now();
        journalled.outcome = stop                       ? state::Outcome::interrupted
                             : outcome.exit_status == 0 ? state::Outcome::success
                                                        : state::Outcome::failed;
        TRY(journal.write(journalled));
    }
    TRY(record(workbench, request, outcome, started, clock.now(), elapsed()));
    return outcome;
}

}  // namespace

Result<RunOutcome> run(Workbench& workbench, const RunRequest& request, const AttachSinks& attach,
    const std::atomic<bool>& stop) {
    return run_with(workbench, request, Standing::is_left, attach, stop);
}

Result<RunOutcome> run_landing_again(Workbench& workbench, const RunRequest& request,
    const AttachSinks& attach, const std::atomic<bool>& stop) {
    return run_with(workbench, request, Standing::lands_again, attach, stop);
}

}  // namespace ingot::api
