#pragma once
// Files that hold Arrow's stream format, as tables.

namespace duckdb {
class DatabaseInstance;
}

namespace ingot::engine {

// Registers a table function for queries of ours: read_arrow_stream('PATH') gives the rows of a local file of Arrow IPC in
// its stream format, in their order, batch by batch. Batches may be compressed with LZ4 or Zstandard.
void register_arrow_stream(duckdb::DatabaseInstance& database);

}  // namespace ingot::engine
