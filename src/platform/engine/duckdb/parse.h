#pragma once
// Reading a SELECT with the engine's own parser. Needs no database.
#include <string>

#include "platform/engine/session.h"

namespace ingot::engine {

Result<ParsedSelect> parse_select(const std::string& sql);

}  // namespace ingot::engine
