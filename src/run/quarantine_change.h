#pragma once
// What people do about rejected rows: each a commit that changes what is remembered of a table, not its rows.
#include "run/released.h"
#include "run/table_change.h"

namespace ingot::run {

struct ReleasedCount {
    std::int64_t rows = 0;     // released now, or waiting since an earlier release
    std::int64_t without = 0;  // meant, but kept out for a reason that is no rule (a NULL key)
};

// The next promotion judges all rows again and takes these in where they belong. Rows that are released already are
// left as they are, so doing it twice is doing it once.
Result<ReleasedCount> release(const TableChange& change, const Release& wanted);

// Forgets rejected rows for good, and counts them; how many there were. Each slice of bronze is a commit of its own.
Result<std::int64_t> purge(const TableChange& change, const WhichRejected& which);

}  // namespace ingot::run
