#pragma once
// Object stores as files of the engine: it reads s3://…, az://… and gs://… through the program's own storage family,
// with its credentials, retries and limits.
#include "duckdb/main/database.hpp"
#include "platform/storage/stores.h"

namespace ingot::engine {

// `stores` must outlive the database.
void register_stores(duckdb::DatabaseInstance& database, storage::Stores& stores);

}  // namespace ingot::engine
