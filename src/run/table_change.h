#pragma once
// What a commit to one table needs that no step of a run makes.
#include "run/context.h"
#include "state/lease.h"

namespace ingot::run {

struct TableChange {
    const Node& node;
    engine::Session& session;
    storage::FileSystem& files;
    table::TableFormat& tables;
    state::HeldLeases& leases;
    std::string run_id;
    Instant now{};
};

}  // namespace ingot::run
