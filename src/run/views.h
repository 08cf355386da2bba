#pragma once
// Gold views have no table of their own: what stands of one is a small file with its state.
#include <optional>

#include "platform/storage/file_system.h"
#include "project/manifest.h"
#include "state/standing.h"

namespace ingot::run {

bool is_view(const Node& node);
Result<std::optional<state::Standing>> read_view(storage::FileSystem& files, const Node& node);
Status write_view(storage::FileSystem& files, const Node& node, const state::Standing& standing);

}  // namespace ingot::run
