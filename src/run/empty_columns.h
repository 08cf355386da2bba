#pragma once
// Which columns of rows that landed say nothing.
#include <string>
#include <vector>

#include "platform/engine/session.h"

namespace ingot::run {

// Of a Parquet file, the columns that are NULL in every row, sorted; its footer tells. Of columns with parts it names these.
Result<std::vector<std::string>> empty_columns(engine::Session& session, const std::string& file);

}  // namespace ingot::run
