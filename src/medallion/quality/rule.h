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
    sql::Fragment fails;     // a condition that is true where the row fails and never NULL
    sql::Fragment observed;  // text: what was seen instead
    bool is_unique = false;  // looks at other rows of the same slice
    Span where;
};

struct RuleContext {
    const Columns& columns;  // of the relation that is checked
    const sql::Dialect& dialect;
    sql::Fragment within;   // columns that bound a unique rule (the slice), may be empty
    sql::Fragment arrival;  // order in which rows came, for "the first one stays"; may be empty
};

// A kind of check. `uses` says whether the spec asks for it; `passes` gives a condition that is true for good rows and
// may be NULL for NULL. Kinds stand in builtin.inc.
struct RuleKind {
    std::string_view name;
    std::string_view doc;
    bool (*uses)(const RuleSpec&);
    Result<sql::Fragment> (*passes)(const RuleSpec&, const RuleContext&);
    bool needs_column = true;
};

std::span<const RuleKind* const> rule_kinds();

// One compiled rule per authored one, in the author's order; reports unknown columns and rules with no or two checks.
using Rules = config::Named<config::Spanned<RuleSpec>>;
std::vector<CompiledRule> compile(
    const Rules& rules, const RuleContext& context, Diagnostics& diagnostics);

// The column of the rule as an identifier; `column:` is known to be there and to exist.
sql::Fragment column_of(const RuleSpec& rule, const RuleContext& context);
sql::Fragment text_of(const RuleSpec& rule, const RuleContext& context);

// The formats that `is:` knows.
std::vector<std::string> known_formats();

}  // namespace ingot::quality
