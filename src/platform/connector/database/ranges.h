#pragma once
// A table as ranges of a column, which are read at the same time: each row is in exactly one of them.
#include <functional>
#include <vector>

#include "platform/connector/database/source_query.h"
#include "platform/connector/database/spec.h"

namespace ingot::connector {

struct RangesOrder {
    sql::Fragment column;               // in the source's SQL
    config::Spanned<std::string> name;  // of it, as the author wrote it
    std::string type;                   // the engine's
    std::int64_t count = 1;
    // The least and the greatest value, by these two expressions of the source.
    std::function<Result<Answer>(const sql::Fragment& least, const sql::Fragment& greatest)> ends;
    std::function<Result<Answer>(const std::string& statement)> engine;
    // How the source spells a value of the column.
    std::function<Result<sql::Fragment>(const Bound& value)> bound;
};

// Conditions in the source's SQL, in ascending order; fewer than asked for when there are fewer values. None
// when there is nothing to split. EXT103 for a column that is neither number nor time.
Result<std::vector<sql::Fragment>> ranges_of(const RangesOrder& order);

// What the ranges of a kind share: a snapshot, and the places of the rows where no column is named; the moment of a table
// with its primary key, but not of a query; or nothing. The author has to accept nothing with `consistent: false`.
enum class RangesShare { one_snapshot, moment_of_table, nothing };
void check_partitions(const Settings& settings, RangesShare share, Diagnostics& diagnostics);

}  // namespace ingot::connector
