#pragma once
// Many small files of a table as few larger ones: the same rows, one commit, so that readers see the version before or
// the one after. What the files of old versions still take is given back when nobody may need them any more.
#include "run/table_change.h"

namespace ingot::run {

enum class Arrange { as_is, sorted, z_order };

struct CompactOrder {
    std::int64_t target_size = 128LL << 20;  // of a file; smaller than half of it is small
    Arrange arrange = Arrange::as_is;        // sorted and z_order rewrite every file
    std::vector<std::string> columns{};
};

struct Compacted {
    std::size_t files_before = 0;
    std::size_t files_after = 0;
    std::int64_t rows = 0;
    std::int64_t version = -1;  // -1: there was nothing to do
    std::size_t segments_before = 0;
    std::size_t segments_after = 0;
};

// QUAL101 when the new files do not hold the rows of the old ones; PRJ106 for a column that the table lacks.
Result<Compacted> compact(const TableChange& table, const CompactOrder& order);

}  // namespace ingot::run
