#pragma once
// The options of a file table may stand under options: or directly on the table.
#include "config/value.h"

namespace ingot::project {

// Moves those that stand on the table under its options.
void gather_file_options(config::Value& table);

}  // namespace ingot::project
