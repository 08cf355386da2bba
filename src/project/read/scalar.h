#pragma once
// What a plain (unquoted) YAML scalar means: the core schema of YAML 1.2.
#include <string>

#include "config/value.h"

namespace ingot::project {

// true/false, whole numbers, numbers, null and empty get their types; everything else, dates among it, is text.
config::Value plain_scalar(std::string raw, Span span);

}  // namespace ingot::project
