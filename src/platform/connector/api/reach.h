#pragma once
// Whether an API answers to the credentials that it is going to be asked with.
#include <string>

#include "base/result.h"
#include "platform/connector/api/table.h"

namespace ingot::api {

// Asks for the table's first page and drops it; for a child, whose endpoint needs a row of its parent, only for what the
// credentials need. The errors are those of a fetch.
Result<std::string> reach(const Table& table, const connector::FetchOrder& order);

}  // namespace ingot::api
