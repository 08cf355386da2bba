#pragma once
// What stands beside a table: the observations that history is folded from, rows that were set aside, pairs that look alike.
#include "run/promote_files.h"
#include "run/sync_ahead.h"

namespace ingot::run {

// Rows of side files of a table, with exactly these columns.
Result<sql::Fragment> side_rows(const RunContext& context,
    const std::vector<state::SideFile>& files, const std::string& folder, const Columns& columns);

// What each load of a model that is computed whole yielded, kept where history needs it.
Columns load_columns(const Columns& model);

struct SideWrite {
    const RunContext& context;
    const Node& node;
    engine::Session& session;
    const PromotionWrite& what;
    SyncAhead& sync;
    bool rows_come_by_key = false;
};

// Writes those of a promotion, and says in `standing` which there are after it.
Status write_side_files(const SideWrite& order, state::Standing& standing);

}  // namespace ingot::run
