#pragma once
#include <string>
#include <vector>

#include "sql/fragment.h"

namespace ingot::run {

// The rows in an order in which those that are near each other in all of the columns stand near each other: by the bits
// of each column's rank, one of each in turn.
sql::Fragment z_ordered(const sql::Fragment& rows, const std::vector<std::string>& columns);

}  // namespace ingot::run
