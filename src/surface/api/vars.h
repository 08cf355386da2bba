#pragma once
// --vars: NAME=VALUE, several with commas, or a YAML mapping.
#include <string>

#include "base/result.h"
#include "config/describe.h"

namespace ingot::api {

Result<config::Named<std::string>> parse_vars(const std::string& text);

}  // namespace ingot::api
