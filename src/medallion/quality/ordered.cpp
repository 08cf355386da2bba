#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

// Neighbours that both have a value decide; a NULL between them leaves the verdict open unless another pair is wrong.
Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto columns = TRY(identifiers(*rule.ordered, context));
    if (columns.size() < 2) return fail("CFG103", "ordered: needs two columns or more");
    std::vector<sql::Fragment> pairs;
    for (std::size_t i = 0; i < columns.size(); ++i)
        for (std::size_t k = i + 1; k < columns.size(); ++k)
            pairs.push_back(columns[i] + sql::Fragment::of(" <= ") + columns[k]);
    return sql::join(pairs, sql::Fragment::of(" AND "));
}

std::vector<std::string> looks_at(const RuleSpec& rule, const RuleContext&) {
    return names_of(*rule.ordered);
}

}  // namespace

extern const RuleKind ordered_rule;
const RuleKind ordered_rule{"ordered",
    "The values of the columns do not fall from the first to the last.",
    [](const RuleSpec& r) { return r.ordered.has_value(); }, passes, false, false, looks_at};

}  // namespace ingot::quality
