#pragma once
// A round before its rows are read: a session in which the model is known, and the statements for what it yields.
#include "run/promotion_rows.h"

namespace ingot::run {

struct PreparedRound {
    Workspace workspace;
    Incoming incoming;  // with the columns of history
    Columns model;
    silver::PromotePlan plan;
};

Result<PreparedRound> prepare_round(
    const RunContext& context, const Node& node, const Before& before, const PendingWork& work);

// The round of what was prepared, and the same over the slices that `work` takes. It refers to what it is given.
Round round_of(const RunContext& context, const Node& node, PreparedRound& prepared,
    const Before& before, const PendingWork& work);
Result<Round> bind_round(const RunContext& context, const Node& node, PreparedRound& prepared,
    const Before& before, const PendingWork& work);

}  // namespace ingot::run
