#pragma once
// Feeds of rows as relations: a table function of the engine that reads from what the program offers.
#include <memory>

#include "data/row_feed.h"
#include "duckdb/main/database.hpp"
#include "sql/fragment.h"

namespace ingot::engine {

void register_row_feeds(duckdb::DatabaseInstance& database);
// How a FROM names the feed, as long as somebody holds it.
sql::Fragment relation_of(const std::shared_ptr<const RowFeed>& feed);

}  // namespace ingot::engine
