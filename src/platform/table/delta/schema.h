#pragma once
// Columns as Delta's schema JSON and back.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "data/columns.h"

namespace ingot::table::delta {

using Json = nlohmann::ordered_json;

// {"type": "struct", "fields": […]}; what `before` says of a field whose type stays (nullable, metadata) is kept.
Json schema_of(const Columns& columns, const Json* before);
// STG101 for a type that we cannot read.
Result<Columns> columns_of(const Json& schema);
// True when a TIMESTAMP without time zone is anywhere in them: such a table needs a reader feature.
bool needs_timestamp_ntz(const Columns& columns);

}  // namespace ingot::table::delta
