#pragma once
// Asks for every page of a table and puts its rows into the spool.
#include "platform/connector/api/table.h"
#include "platform/connector/connector.h"

namespace ingot::api {

Result<connector::Fetched> fetch(const Table& table, const connector::FetchOrder& order);

}  // namespace ingot::api
