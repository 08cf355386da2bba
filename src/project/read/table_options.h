#pragma once
// Which of the options on a table are those of reading and writing files, which are its kind's, and which are common.
#include "base/diagnostics.h"
#include "config/value.h"
#include "platform/connector/connector.h"

namespace ingot::project {

// The options of files may stand under options: or directly on the table; these go under options:.
void gather_file_options(config::Value& table, const connector::Kind* kind = nullptr);

// Takes what belongs to the kind out of a table's options, checked. CFG101 for what belongs to another kind.
config::Value take_own_options(
    const connector::Kind* kind, config::Value& table, Diagnostics& diagnostics);

}  // namespace ingot::project
