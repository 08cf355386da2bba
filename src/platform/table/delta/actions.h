#pragma once
// Lines of a commit or checkpoint file.
#include <string>

#include "platform/table/delta/log.h"
#include "platform/table/table.h"

namespace ingot::table::delta {

std::int64_t milliseconds(Instant instant);
// The body of an add action; likewise below.
Json add_action(const DataFile& file, std::int64_t modified_ms, bool changes_data);
Json remove_action(const DataFile& file, std::int64_t now_ms, bool changes_data);
// {"<name>": <body>}\n
std::string line(const char* name, const Json& body);

// The whole text of a commit file, on top of a protocol and a metaData that stand (null: a new table). BUG001 when its state
// is no JSON object.
Result<std::string> commit_text(
    const std::string& folder, const Commit& commit, const Json& protocol, const Json& metadata);

}  // namespace ingot::table::delta
