#pragma once
// The context of a run that publishes nothing: what stands, pinned, for commands that look at it.
#include <atomic>
#include <memory>
#include <vector>

#include "run/context.h"
#include "surface/api/workbench.h"

namespace ingot::api {

class Reading {
public:
    // Pins these datasets and what they read.
    static Result<std::unique_ptr<Reading>> open(
        Workbench& workbench, const std::vector<DatasetId>& ids);
    const run::RunContext& context() const { return *context_; }

private:
    explicit Reading(storage::FileSystem& files) : leases_(files), held_(leases_) {}

    Plan plan_;
    Bus bus_;
    run::Pins pins_;
    state::Leases leases_;
    state::HeldLeases held_;
    std::atomic<bool> stop_ = false;
    std::optional<run::RunContext> context_;
};

}  // namespace ingot::api
