#pragma once
// Edits of a configuration's text at the places of its keys.
#include <string>

namespace ingot::api {

// config_version, and the keys of CFG001 to CFG003 as they are written now. Text that is no YAML comes back as it is.
std::string mend_config(const std::string& text, int version);

}  // namespace ingot::api
