#pragma once
// Casts of text that stop where a cast of the engine would change the value in silence.

namespace duckdb {
class DatabaseInstance;
}

namespace ingot::engine {

// Registers functions for queries of ours; each gives `text` as TYPE, or stops the query with `message`.
//   ingot_whole(text, 'TYPE', 'message'): stops at text of which the cast would cut off a fraction or a time of day.
//   ingot_canonical(text, 'TYPE', 'message'): stops where printing the value does not give back the text.
//   ingot_canonical_or_null(text, 'TYPE'): is NULL there.
// Text that is no TYPE at all is the engine's conversion error in the first and a stop in the second.
void register_exact_casts(duckdb::DatabaseInstance& database);

}  // namespace ingot::engine
