#pragma once
// Rows that stay in a silver or gold table in spite of a rule: Parquet files beside it that what stands of it names. A release
// is of a row and a rule, and holds as long as the rule sees there what it saw then.
#include <optional>
#include <string>
#include <vector>

#include "run/quarantine.h"
#include "run/rows_check.h"

namespace ingot::run {

// How a row is known again: by where it came from, or, of a model that is computed whole, by what it says.
enum class SameRow { place, content };

std::optional<ReleasedRows> released_rows(const storage::FileSystem& files,
    const std::vector<state::SideFile>& released, SameRow same, const Columns& columns);

// All releases, for people: the rule, what it saw, where the row came from, who released it, when, and why.
sql::Fragment releases(
    const storage::FileSystem& files, const std::vector<state::SideFile>& released);

struct Release {
    WhichRejected which;
    std::string by;
    std::string reason;
    Instant at{};
};

// What a release writes down of rejected rows, one row for each rule that is meant. `columns` are the model's.
sql::Fragment new_releases(
    Layer layer, const sql::Fragment& rejected, const Columns& columns, const Release& release);
// The part of these that is not written down yet.
sql::Fragment not_yet_released(const sql::Fragment& said, const storage::FileSystem& files,
    const std::vector<state::SideFile>& released, SameRow same);

}  // namespace ingot::run
