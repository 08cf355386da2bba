#pragma once
// What a promotion takes in: which slices, and the rows that the model makes of them.
#include <map>
#include <string>

#include "medallion/quality/rule.h"
#include "medallion/silver/clean.h"
#include "run/publish.h"
#include "run/workspace.h"

namespace ingot::run {

// Slices by date (YYYY-MM-DD) with the fingerprint of their content.
using Slices = std::map<std::string, std::string>;

struct PendingWork {
    Slices take{};         // to take in now
    Slices known{};        // taken in before
    Slices all{};          // what the input holds; a rebuild takes it
    bool rebuild = false;  // compute from all of `take`, forget what stands
    bool full_loads = false;
    bool whole = false;  // the model is computed whole: one slice, named by the run's date
    bool inputs_moved = false;
    bool more_may_follow = false;

    bool is_nothing() const { return take.empty() && !rebuild && !inputs_moved; }
    std::map<std::string, state::InputState> inputs_after(
        const RunContext& context, const Node& node) const;
};

// Whether the table needs to know what a model that is computed whole yielded on earlier dates.
bool keeps_loads(const SilverSpec& spec);

// Compares what the inputs hold with what the table has taken in. `first`: of this step, so that a full refresh or a
// changed definition is acted on once.
Result<PendingWork> pending_work(
    const RunContext& context, const Node& node, const Before& before, bool first);

struct Incoming {
    Columns columns;       // of the model, curated
    Columns with_own;      // and _ingot_slice, _ingot_file, _ingot_row, _ingot_delete
    sql::Fragment select;  // rows of the slices that are bound
    std::vector<silver::CleaningStep> cleaning{};
    std::vector<silver::IdleStep> idle{};
    std::vector<quality::CompiledRule> misfits{};  // values that a cast does not fit
};

Result<Incoming> prepare_incoming(
    const RunContext& context, const Node& node, Workspace& workspace, const PendingWork& work);

// The slices to take in are as they were landed: STATE103. What this run landed it has just written.
Status verify_taken(const RunContext& context, const Node& node, const PendingWork& work);

// Points the bronze input at the slices to take in, so that nothing else is read.
Status bind_slices(
    const RunContext& context, const Node& node, Workspace& workspace, const PendingWork& work);

}  // namespace ingot::run
