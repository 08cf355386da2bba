#pragma once
// Partitions of a table, told by the values of its columns as text.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/engine/session.h"
#include "sql/dialect.h"

namespace ingot::run {

using PartitionValues = std::map<std::string, std::optional<std::string>>;

// How many rows of a relation belong to each.
Result<std::map<PartitionValues, std::int64_t>> rows_by_partition(
    engine::Session& session, const sql::Fragment& rows, const std::vector<std::string>& columns);

// True of a row of the partition, never NULL.
sql::Fragment is_of_partition(const PartitionValues& values);

// column=value/column=value, as the engine names the folders that it makes.
std::string partition_folder(
    const PartitionValues& values, const std::vector<std::string>& columns);

}  // namespace ingot::run
