#pragma once
// Reading a SELECT with the engine's own parser. Needs no database.
#include <string>
#include <vector>

#include "platform/engine/session.h"

namespace ingot::engine {

Result<ParsedSelect> parse_select(const std::string& sql);

// See Engine::append_columns.
Result<std::string> append_to_select(
    const std::string& sql, const std::vector<std::string>& expressions);

}  // namespace ingot::engine
