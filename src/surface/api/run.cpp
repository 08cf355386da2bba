#include "surface/api/run.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "run/catalog.h"
#include "run/land.h"
#include "run/publish.h"
#include "run/runner.h"
#include "run/step.h"
#include "state/lease.h"
#include "surface/api/survey.h"

namespace ingot::api {

std::string new_run_id(const Clock& clock) {
    if (const char* fixed = std::getenv("INGOT_RUN_ID")) return fixed;
    std::string id;
    for (const char c : to_string(clock.now()).substr(0, 23))
        if (c >= '0' && c <= '9') id += c;
    std::random_device random;
    static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
    for (int i = 0; i < 6; ++i) id += letters[random() % letters.size()];
    return id;
}

namespace {

std::vector<DatasetId> within(const Manifest& manifest, std::vector<DatasetId> ids, const std::vector<Layer>& layers) {
    if (!layers.empty())
        std::erase_if(ids, [&](DatasetId id) { return std::ranges::find(layers, manifest.datasets[id].dataset.name.layer) == layers.end(); });
    return ids;
}

int exit_status_of(const std::vector<StepReport>& reports) {
    int status = 0;
    for (const auto& report : reports)
        if (report.error) {
            const int wanted = report.error->code.exit_status();
            if (wanted != 0 && (status == 0 || wanted < status)) status = wanted;
        }
    return status;
}

}  // namespace

Result<std::vector<DatasetId>> selected(Workbench& workbench, const std::vector<std::string>& select,
                                        const std::vector<std::string>& exclude) {
    return ingot::select(workbench.manifest(), select, exclude, TRY(selection_context(workbench, select, exclude)));
}

namespace {

struct Planned {
    Survey survey;
    Plan plan;
};

Result<Planned> survey_and_plan(Workbench& workbench, const RunRequest& request) {
    const auto ids = within(workbench.manifest(), TRY(selected(workbench, request.select, request.exclude)), request.layers);
    Planned planned;
    planned.survey = TRY(survey(workbench, ids, request.dates));
    planned.plan = make_plan(workbench.manifest(), planned.survey, {.selected = ids, .dates = request.dates, .full_refresh = request.full_refresh});
    return planned;
}

}  // namespace

Result<Plan> plan(Workbench& workbench, const RunRequest& request) {
    return TRY(survey_and_plan(workbench, request)).plan;
}

Result<RunOutcome> run(Workbench& workbench, const RunRequest& request, const AttachSinks& attach, const std::atomic<bool>& stop) {
    const auto began = std::chrono::steady_clock::now();
    const auto clock = Clock::from_environment();
    RunOutcome outcome{.run_id = new_run_id(clock), .reports = {}};
    Bus bus;
    attach(bus, outcome.run_id);
    const auto started = clock.now();
    auto planned = TRY(survey_and_plan(workbench, request));
    const auto& plan = planned.plan;
    bus.emit(RunStarted{outcome.run_id, plan.steps.size()});
    auto& files = *TRY(workbench.files());
    const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    if (!plan.steps.empty()) {
        auto& tables = *TRY(workbench.tables());
        run::Pins pins;
        state::Leases leases(files);
        state::HeldLeases held(leases);
        const run::RunContext context{.manifest = workbench.manifest(), .plan = plan, .engine = *TRY(workbench.engine()), .files = files,
                                      .tables = tables, .clock = clock, .run_id = outcome.run_id, .bus = bus, .pins = pins,
                                      .leases = held, .stop = stop};
        TRY(run::pin_all(context));
        const int workers = request.threads > 0 ? request.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        outcome.reports = run::execute(context, {.workers = workers, .fail_fast = request.fail_fast}, run::run_step);
    }
    outcome.exit_status = exit_status_of(outcome.reports);
    const auto catalog = run::refresh_catalog(workbench.manifest(), files, *TRY(workbench.tables()), engine::open_duckdb);
    if (!catalog) {
        bus.emit(Notice{"", "catalog.duckdb was not rebuilt: " + catalog.error().message});
        if (outcome.exit_status == 0) outcome.exit_status = catalog.error().code.exit_status();
    }
    bus.emit(RunFinished{outcome.run_id, outcome.reports, elapsed(), stop});
    TRY(record(workbench, request, outcome, started, clock.now(), elapsed()));
    return outcome;
}

}  // namespace ingot::api
