#pragma once
// The commit of a table computed by a step: data files, side files and state in one version.
#include <optional>
#include <string>
#include <vector>

#include "run/context.h"
#include "state/standing.h"

namespace ingot::run {

// The table as it stands when the step begins, read under its lease.
struct Before {
    std::optional<table::TableVersion> version;
    std::optional<state::Standing> standing;
};
Result<Before> read_before(const RunContext& context, const Node& node);

struct PublishOrder {
    const Node& node;
    const Before& before;
    Columns columns;
    std::vector<std::string> partition_by;
    std::vector<table::DataFile> add;
    std::vector<table::DataFile> remove;
    state::Standing standing;  // `content` is set here: kept when no row changed
    std::string operation;
    std::optional<bool> writes_vectors{};  // as table::Commit's
    bool same_rows = false;                // other files with the rows that stood
};

// Commits and pins the new version for this run's readers.
Result<std::int64_t> publish(const RunContext& context, PublishOrder order);

// Pins what already stands, so that steps whose inputs do not run in this plan can read them.
Status pin_standing(const RunContext& context, const Node& node);

// The columns that the author declared for a bronze dataset: what it has while no slice stands.
Columns declared_columns(const Node& node);

// The state of the inputs as this run pinned them; bronze by slice when `by_slice`, else by content.
std::map<std::string, state::InputState> inputs_of(
    const RunContext& context, const Node& node, bool by_slice);

// The date that this run is for, as SQL.
sql::Fragment logical_date(const RunContext& context);

// A name for files of this step that no other run has used.
std::string fresh_stem(const RunContext& context, std::string_view prefix);

}  // namespace ingot::run
