#include "run/promotion_guards.h"

#include <algorithm>

#include "medallion/bronze/widen.h"
#include "run/rows_check.h"

namespace ingot::run {

namespace {

// Text holds whatever there is.
bool is_wider(const std::string& before, const std::string& now) {
    return now == "VARCHAR" || bronze::widened(before, now) == now;
}

Status refuse_truncated(const Round& round) {
    const auto& queries = round.steps().queries;
    if (queries.guard.empty()) return {};
    const auto lacking = TRY(round.session.query(queries.guard.text()));
    if (lacking.rows.empty()) return {};
    return fail("QUAL102",
        round.name() + ": the load of " + lacking.text(0, 0) + " lacks " + lacking.text(0, 2) +
            " of the " + lacking.text(0, 1) +
            " keys that were there before, more than max_delete_fraction " +
            "allows; nothing was published. If the load is right, raise max_delete_fraction",
        round.node.dataset.origin);
}

Status refuse_contradictions(const Round& round) {
    const auto& suspects = round.steps().queries.suspects;
    const auto& invariants = round.steps().queries.invariants;
    if (invariants.empty()) return {};
    // Few tables have a suspect, and the look along their versions is then not even planned.
    if (!suspects.empty() &&
        TRY(round.session.query("SELECT 1 FROM (" + suspects.text() + "\n) LIMIT 1")).rows.empty())
        return {};
    const auto wrong =
        TRY(round.session.query("SELECT * FROM (" + invariants.text() + "\n) LIMIT 5"));
    if (wrong.rows.empty()) return {};
    std::string keys;
    for (std::size_t i = 0; i < wrong.rows.size(); ++i) {
        keys += i ? "; " : "";
        for (std::size_t k = 0; k + 1 < wrong.columns.size(); ++k)
            keys += (k ? ", " : "") + wrong.columns[k].name + " " + wrong.text(i, k);
    }
    return fail("QUAL103",
        round.name() + ": versions contradict each other (" + keys +
            "); nothing was published. This is a fault of ingot, please report it; "
            "--full-refresh computes the table anew",
        round.node.dataset.origin);
}

// Rows of earlier loads of a model that is computed whole, which were set aside with them.
Result<std::int64_t> refused_earlier(const Round& round) {
    if (!round.work.whole) return 0;
    return TRY(
        round.session.query("SELECT count(*) FROM _ingot_observed WHERE _ingot_reason IS NOT "
                            "NULL AND _ingot_slice <> DATE '" +
                            round.work.take.begin()->first + "'"))
        .integer(0, 0);
}

}  // namespace

Result<bool> reshapes_table(
    const Node& node, const Columns& stood, const Columns& now, const HasValues& has_values) {
    const auto mode = node.dataset.silver()->schema;
    const auto name = node.dataset.name.text();
    bool reshapes = false;
    for (const auto& column : now) {
        const auto* old = find_column(stood, column.name);
        if (!old && mode == SchemaMode::strict)
            return fail("QUAL104",
                name + ": column '" + column.name + "' is new and schema is strict",
                node.dataset.origin);
        // What changed with a row that appeared is said by the names of all columns there are.
        if (!old && node.dataset.silver()->history == History::changes) reshapes = true;
        if (!old || old->type == column.type) continue;
        const bool allowed = mode == SchemaMode::evolve ||
                             (mode == SchemaMode::additive && is_wider(old->type, column.type));
        if (!allowed && TRY(has_values(column.name)))
            return fail("QUAL105",
                name + ": column '" + column.name + "' was " + old->type + " and is now " +
                    column.type + ", and schema is " +
                    std::string(schema_choices[static_cast<std::size_t>(mode)].name) +
                    "; cast it (cast: {" + column.name + ": " + old->type +
                    "}), or compute the table anew with --full-refresh, now or, by schema: evolve, whenever a type changes",
                node.dataset.origin);
        reshapes = true;
    }
    for (const auto& column : stood) {
        if (find_column(now, column.name)) continue;
        if (mode == SchemaMode::strict)
            return fail("QUAL104",
                name + ": column '" + column.name + "' is gone and schema is strict",
                node.dataset.origin);
        reshapes = true;
    }
    return reshapes;
}

Status refuse_wrong_history(const Round& round) {
    TRY(refuse_truncated(round));
    return refuse_contradictions(round);
}

Result<StepReport> counted(const Round& round, const CheckedRows& checked, const Matched& matched) {
    const auto& queries = round.steps().queries;
    StepReport report;
    const auto counts = TRY(round.session.query(queries.counts.text()));
    // The statements never saw rows that a rule dropped, and saw earlier loads of a model that is computed whole again.
    const auto refused = TRY(refused_earlier(round));
    const auto earlier =
        counts.integer(0, 0) - (checked.in - checked.dropped - matched.merged) - refused;
    report.rows = {.in = checked.in,
        .out = counts.integer(0, 1) + counts.integer(0, 2) - earlier + matched.merged,
        .quarantined = counts.integer(0, 3) - refused,
        .dropped = counts.integer(0, 4) + checked.dropped,
        .duplicates = matched.merged + std::max<std::int64_t>(0, counts.integer(0, 2) - earlier)};
    report.rules = checked.outcomes;
    if (!report.rows.reconcile() || (earlier != 0 && !round.work.whole))
        return fail("QUAL101", round.name() + ": " + std::to_string(report.rows.in) +
                                   " rows in do not equal out + quarantined + dropped");
    TRY(refuse_too_many(round.name(), round.spec().quarantine.fail_above, report.rows));
    const bool may_tie =
        queries.ties_if.empty() || !TRY(round.session.query(queries.ties_if.text())).rows.empty();
    if (queries.ties.empty() || !may_tie) return report;
    const auto ties = TRY(round.session.query(queries.ties.text()));
    if (!ties.rows.empty() && ties.integer(0, 0) > 0)
        report.warnings.push_back(
            "QUAL111 " + ties.text(0, 0) +
            " ties: rows of equal keys and order_by differ, arrival decided; name a tiebreak");
    return report;
}

Status count_cleaned(const Round& round, StepReport& report) {
    const auto& cleaning = round.incoming.cleaning;
    if (cleaning.empty()) return {};
    std::string sums;
    for (const auto& step : cleaning)
        sums += (sums.empty() ? "SELECT " : ", ") + ("coalesce(sum(" + step.changed) +
                "), 0), coalesce(sum(" + step.not_understood + "), 0)";
    const auto rows = TRY(round.session.query(sums + " FROM checked"));
    for (std::size_t i = 0; i < cleaning.size(); ++i) {
        report.cleaning.push_back(
            {cleaning[i].name, rows.integer(0, 2 * i), rows.integer(0, 2 * i + 1)});
        if (const auto& step = report.cleaning.back(); step.not_understood > 0)
            report.warnings.push_back("QUAL112 normalize: " + step.name + ": " +
                                      std::to_string(step.not_understood) +
                                      " values were not understood");
    }
    return {};
}

}  // namespace ingot::run
