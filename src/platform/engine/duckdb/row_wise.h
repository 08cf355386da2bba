#pragma once
// Whether a SELECT computes each row from one row, so that it can be folded slice by slice.
#include <string>

namespace duckdb {
class QueryNode;
}

namespace ingot::engine {

// What stands against it ("a join", "an aggregate" …), or nothing.
std::string why_not_row_wise(const duckdb::QueryNode& query);

}  // namespace ingot::engine
