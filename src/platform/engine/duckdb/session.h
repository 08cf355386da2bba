#pragma once
// One connection to the embedded engine.
#include <memory>

#include "platform/engine/session.h"

namespace duckdb {
class DuckDB;
}

namespace ingot::engine {

// The session keeps the database open.
Result<std::unique_ptr<Session>> open_session(std::shared_ptr<duckdb::DuckDB> database);

}  // namespace ingot::engine
