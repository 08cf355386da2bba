#pragma once
// A rule as SQL over one relation. Every rule of a dataset is evaluated in one scan, as columns beside the rows.
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "data/columns.h"
#include "medallion/quality/spec.h"
#include "sql/dialect.h"

namespace ingot::quality {

struct CompiledRule {
    std::string name;
    OnFail on_fail = OnFail::warn;
    sql::Fragment fails;          // a condition that is true where the row fails and never NULL
    sql::Fragment observed;       // text: what was seen instead
    bool looks_at_rows = false;   // at the others of the same slice
    bool looks_at_last = false;   // of them at what each key says last: RuleContext::says_last
    bool can_be_released = true;  // its rows let in by somebody in spite of it
    Tolerance fail_above{};
    Span where;
};

struct RuleContext {
    const Columns& columns;  // of the relation that is checked
    const sql::Dialect& dialect;
    sql::Fragment within;   // columns that bound a unique rule (the slice), may be empty
    sql::Fragment arrival;  // order in which rows came, for "the first one stays"; may be empty
    sql::Fragment today;    // the logical date that a row came with
    // Where rows say what became of a thing: its keys, and a condition that is true for its last row in the slice. Rules
    // that compare things look at no other rows. Empty: each row is a thing of its own.
    std::vector<std::string> keys{};
    sql::Fragment says_last{};
};

// A kind of check. `uses` says whether the spec asks for it; `passes` gives a condition that is true for good rows and
// may be NULL for NULL. Kinds stand in builtin.inc.
struct RuleKind {
    std::string_view name;
    std::string_view doc;
    bool (*uses)(const RuleSpec&);
    Result<sql::Fragment> (*passes)(const RuleSpec&, const RuleContext&);
    bool needs_column = true;
    bool looks_at_rows = false;
    // Of a kind without one column: the columns that are shown where a row fails.
    std::vector<std::string> (*looks_at)(const RuleSpec&, const RuleContext&) = nullptr;
    // Of a kind that compares things with each other: the columns whose values make two of them meet.
    std::vector<std::string> (*meets_by)(const RuleSpec&) = nullptr;
};

std::span<const RuleKind* const> rule_kinds();

// One compiled rule per authored one, in the author's order; reports unknown columns and rules with no or two checks.
using Rules = config::Named<config::Spanned<RuleSpec>>;
std::vector<CompiledRule> compile(
    const Rules& rules, const RuleContext& context, Diagnostics& diagnostics);

// The column of the rule as an identifier; `column:` is known to be there and to exist.
sql::Fragment column_of(const RuleSpec& rule, const RuleContext& context);
sql::Fragment text_of(const RuleSpec& rule, const RuleContext& context);

// The columns as identifiers; PRJ106 for one that is not there.
Result<std::vector<sql::Fragment>> identifiers(
    const RuleColumns& columns, const RuleContext& context);
std::vector<std::string> names_of(const RuleColumns& columns);

// How many of them have a value; never NULL.
sql::Fragment count_of_values(const std::vector<sql::Fragment>& columns);

// The window clause of a rule that compares the rows of a slice: those with equal values in `by`.
Result<sql::Fragment> partition(const RuleColumns& by, const RuleContext& context);

// The columns that an author's expression mentions.
std::vector<std::string> mentioned_columns(const std::string& expression, const Columns& columns);

// The formats that `is:` knows.
std::vector<std::string> known_formats();

}  // namespace ingot::quality
