#pragma once
// What must hold before a round of a promotion may be published, and what it counted.
#include <functional>

#include "run/match.h"
#include "run/promotion_rows.h"

namespace ingot::run {

// QUAL104 and QUAL105 where the dataset's schema: does not allow what became of its columns. True when the table has to
// be computed again: new columns alone need that not, what was observed before has NULL there. The type of a column that
// never had a value says nothing.
using HasValues = std::function<Result<bool>(const std::string& column)>;
Result<bool> reshapes_table(
    const Node& node, const Columns& stood, const Columns& now, const HasValues& has_values);

// QUAL102: a load that lacks too many keys. QUAL103: versions that contradict each other.
Status refuse_wrong_history(const Round& round);

// Where every row went. QUAL101 when that does not add up, QUAL108 when too many were set aside.
Result<StepReport> counted(const Round& round, const CheckedRows& checked, const Matched& matched);

// What each step of cleaning did, to `report` and its warnings.
Status count_cleaned(const Round& round, StepReport& report);

}  // namespace ingot::run
