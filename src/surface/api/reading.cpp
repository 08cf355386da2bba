#include "surface/api/reading.h"

#include "run/step.h"

namespace ingot::api {

Result<std::unique_ptr<Reading>> Reading::open(
    Workbench& workbench, const std::vector<DatasetId>& ids) {
    auto& files = *TRY(workbench.files());
    std::unique_ptr<Reading> reading(new Reading(files));
    const auto clock = Clock::from_environment();
    reading->plan_.dates = {std::chrono::floor<std::chrono::days>(clock.now())};
    for (const auto id : ids)
        reading->plan_.steps.push_back({.dataset = id,
            .name = workbench.manifest().datasets[id].dataset.name.text(),
            .reason = "looked at"});
    reading->context_.emplace(run::RunContext{.manifest = workbench.manifest(),
        .plan = reading->plan_,
        .engine = *TRY(workbench.engine()),
        .files = files,
        .tables = *TRY(workbench.tables()),
        .stores = workbench.stores(),
        .clock = clock,
        .run_id = "reading",
        .bus = reading->bus_,
        .pins = reading->pins_,
        .leases = reading->held_,
        .stop = reading->stop_});
    TRY(run::pin_all(*reading->context_));
    return reading;
}

}  // namespace ingot::api
