#pragma once
// What the statements of silver/promote.h find in a session: the rows that came, judged, and what stands.
#include "medallion/silver/promote.h"
#include "run/incoming.h"
#include "run/rows_check.h"

namespace ingot::run {

// One round of a promotion: some slices, one commit.
struct Round {
    const RunContext& context;
    const Node& node;
    engine::Session& session;
    const Before& before;
    const PendingWork& work;
    const Incoming& incoming;
    const Columns& model;  // of the rows that are checked; history may see more
    const silver::PromotePlan& plan;

    const SilverSpec& spec() const { return *node.dataset.silver(); }
    std::string name() const { return node.dataset.name.text(); }
    const silver::PromoteSteps& steps() const { return work.rebuild ? plan.rebuild : plan.merge; }
};

// A model that is computed whole has no bronze to read again: these are its earlier results, as far as they count still.
std::vector<state::SideFile> kept_loads(const Before& before, const PendingWork& work);

// What check_incoming checks.
CheckOrder check_order(const Round& round);

// Every rule over the rows that came, as the temp table `checked`; rows that were released keep their place.
Result<CheckedRows> check_incoming(const Round& round);

// The relations that the statements expect.
Status lay_out(const Round& round);

// To be called after `find`, when it is known how far back the new rows reach.
Status lay_out_past(const Round& round);

Status execute(const Round& round, const std::vector<silver::Statement>& statements);

}  // namespace ingot::run
