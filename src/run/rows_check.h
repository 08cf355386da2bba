#pragma once
// A relation with every rule evaluated beside its rows, in one pass; and where each row goes.
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "event/events.h"
#include "medallion/quality/rule.h"
#include "platform/engine/session.h"

namespace ingot::run {

// Rows that somebody released in spite of a rule.
struct ReleasedRows {
    sql::Fragment rows;      // with _ingot_released: a list of {rule, observed}
    sql::Fragment same_row;  // a condition over r, a row that is checked, and x, one of these
};

// What `checked` is to be. Kept rows and a view are not for those who change it.
enum class CheckedAs {
    table,
    kept_rows,     // cheaper than a table
    view_of_rows,  // for rows that are read once; with rules to judge by they are kept
};

struct CheckOrder {
    std::string dataset;
    sql::Fragment select;  // the rows to check
    Columns columns;       // what it yields
    const quality::Rules& rules;
    sql::Fragment within{};  // see quality::RuleContext
    sql::Fragment arrival{};
    sql::Fragment today{};
    std::vector<quality::CompiledRule> more{};  // rules that no author wrote
    sql::Fragment judged{};                     // of which rows the rules speak; empty: of all
    std::vector<std::string> keys{};            // see quality::RuleContext
    sql::Fragment says_last{};
    std::optional<ReleasedRows> released{};
    CheckedAs as = CheckedAs::table;
};

// The temp relation `checked` now holds the rows and `_ingot_verdict` (0 keep, 1 drop, 2 quarantine) and `_ingot_failed`
// (names of the failed rules). Counts are over all rows.
struct CheckedRows {
    std::int64_t in = 0;
    std::int64_t dropped = 0;
    std::int64_t quarantined = 0;
    std::vector<RuleOutcome> outcomes;
};

// QUAL001 when a rule with on_fail: fail does; PRJ106, CFG… for rules that do not fit the columns.
Result<CheckedRows> check_rows(engine::Session& session, const CheckOrder& order);

// QUAL108 when more rows are set aside than the dataset tolerates.
Status refuse_too_many(
    const std::string& dataset, const Tolerance& tolerance, const RowCounts& rows);

// The statement that check_rows runs.
Result<std::string> check_statement(const CheckOrder& order);

// Columns and rows that were quarantined, for writing: the data, the rules that failed with what they saw, the origin.
sql::Fragment quarantined_rows(const Columns& columns);

inline constexpr std::string_view checked_table = "checked";

}  // namespace ingot::run
