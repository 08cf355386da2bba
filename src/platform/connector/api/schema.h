#pragma once
// response_schema: the part of JSON Schema that describes answers.
#include <string>

#include "base/diagnostics.h"
#include "config/value.h"
#include "data/json_value.h"

namespace ingot::api {

// Reports keywords that are not known, so that none is silently not checked.
void check_schema(const config::Value& schema, Diagnostics& diagnostics);

// The first place where a value does not meet the schema: "data.items[3].id: is string, not integer"; empty if none.
std::string mismatch(const json::Value& value, const json::Value& schema);

}  // namespace ingot::api
