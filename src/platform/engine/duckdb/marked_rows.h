#pragma once
// ingot_is_marked(vectors, file, row): whether a deletion vector names the row of the file, by its place from 0. The vectors are
// constant: [{file, vector, begin, size}], where `vector` is the file of vectors, and `begin` and `size` are as Delta's log tells
// them; with `begin` NULL it is the vector itself in Z85. A file that is not among them has no such rows.
#include "duckdb/main/database.hpp"

namespace ingot::engine {

void register_marked_rows(duckdb::DatabaseInstance& database);

}  // namespace ingot::engine
