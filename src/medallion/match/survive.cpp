#include <algorithm>

#include "medallion/match/match.h"
#include "medallion/match/survivors.sql.h"

namespace ingot::match {

namespace {

const sql::Dialect& d() { return sql::duckdb(); }

const SurviveSpec* rule_for(const DedupeSpec& spec, const std::string& column) {
    const SurviveSpec* general = nullptr;
    for (const auto& rule : spec.survive) {
        if (rule.columns.empty()) general = &rule;
        for (const auto& name : rule.columns)
            if (same_name(name.value, column)) return &rule;
    }
    return general;
}

bool tells_records(const DedupeSpec& spec, const std::string& column) {
    return std::ranges::any_of(
        spec.records, [&](const auto& name) { return same_name(name.value, column); });
}

// What decides among a cluster's records, the best first; equal ones go by their number.
Fragment order_of(const SurviveSpec& rule, const Fragment& column, const Fragment& count) {
    const auto by = rule.by ? d().identifier(rule.by->value) : Fragment{};
    switch (rule.keep) {
        case Survival::most_complete: return Fragment::of("_ingot_complete DESC, ");
        case Survival::most_recent: return by + Fragment::of(" DESC NULLS LAST, ");
        case Survival::oldest: return by + Fragment::of(" NULLS LAST, ");
        case Survival::longest:
            return Fragment::of("length(CAST(") + column + Fragment::of(" AS VARCHAR)) DESC, ");
        case Survival::shortest:
            return Fragment::of("length(CAST(") + column + Fragment::of(" AS VARCHAR)), ");
        case Survival::most_frequent: return count + Fragment::of(" DESC, ");
        case Survival::min: return column + Fragment::of(", ");
        case Survival::max: return column + Fragment::of(" DESC, ");
        case Survival::source:
            return Fragment::of("list_position(") + d().list(rule.order) + Fragment::of(", CAST(") +
                   by + Fragment::of(" AS VARCHAR)) NULLS LAST, ");
    }
    return {};
}

}  // namespace

Result<Fragment> Statements::survivors() const {
    std::vector<Fragment> completeness, shown, chosen, alone;
    Fragment counted;
    static const SurviveSpec usual;
    for (std::size_t i = 0; i < model_.size(); ++i) {
        const auto column = d().identifier(model_[i].name);
        const auto count = Fragment::authored("_ingot_n" + std::to_string(i));
        completeness.push_back(
            Fragment::of("CAST(q.") + column + Fragment::of(" IS NOT NULL AS INTEGER)"));
        shown.push_back(Fragment::of("k.") + column);
        alone.push_back(column);
        const auto* rule = rule_for(*spec_, model_[i].name);
        if (!rule) rule = &usual;
        const bool is_name = rule == &usual && tells_records(*spec_, model_[i].name);
        if (rule->keep == Survival::most_frequent)
            counted = counted + Fragment::of(", count(*) OVER (PARTITION BY _ingot_root, ") +
                      column + Fragment::of(") AS ") + count;
        chosen.push_back(Fragment::of("first(") + column + Fragment::of(" ORDER BY ") +
                         (is_name ? Fragment{} : order_of(*rule, column, count)) +
                         Fragment::of("_ingot_id) FILTER (WHERE ") + column +
                         Fragment::of(" IS NOT NULL) AS ") + column);
    }
    // Where a row came from and what became of it: of the record that names the cluster.
    const std::vector<Fragment> own{Fragment::of("_ingot_slice"), Fragment::of("_ingot_file"),
        Fragment::of("_ingot_row"), Fragment::of("_ingot_delete"), Fragment::of("_ingot_verdict"),
        Fragment::of("_ingot_failed")};
    std::vector<Fragment> own_chosen;
    for (const auto& name : own)
        own_chosen.push_back(
            Fragment::of("first(") + name + Fragment::of(" ORDER BY _ingot_id) AS ") + name);
    const Fragment comma = Fragment::of(", ");
    const auto same = Fragment::of("r._ingot_record = (") + record() + Fragment::of(")");
    return sql::fill(embedded::medallion_match_survivors_sql,
        {{"completeness", sql::join(completeness, Fragment::of(" + "))}, {"same_record", same},
            {"cluster", d().identifier(spec_->cluster)}, {"shown", sql::join(shown, comma)},
            {"own", sql::join(own, comma)}, {"chosen", sql::join(chosen, comma)},
            {"own_chosen", sql::join(own_chosen, comma)}, {"counted", counted},
            {"alone", sql::join(alone, comma)}});
}

}  // namespace ingot::match
