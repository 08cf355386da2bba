#include "run/compiled.h"

#include "medallion/match/match.h"
#include "medallion/silver/promote.h"
#include "run/body_place.h"
#include "run/prepared_round.h"
#include "run/rows_check.h"
#include "run/table_rows.h"
#include "run/views.h"
#include "run/workspace.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

void find_missing(const RunContext& context, const Node& node, std::string& missing) {
    for (const auto id : node.inputs) {
        const auto& input = context.manifest.datasets[id];
        const auto name = input.dataset.name.text();
        if (!context.pins.get(name))
            missing += (missing.empty() ? "" : ", ") + name;
        else if (is_view(input))
            find_missing(context, input, missing);
    }
}

// What the next run takes in; where nothing is new, what it took in last.
Result<PendingWork> next_work(const RunContext& context, const Node& node, const Before& before) {
    auto work = TRY(pending_work(context, node, before, true));
    if (work.take.empty() && work.all.empty()) {
        work.whole = work.full_loads = work.rebuild = true;
        work.take[to_string(context.plan.dates.back())] = "";
    }
    return work;
}

void add(std::vector<NamedStatement>& to, std::string name, const std::string& sql) {
    if (!sql.empty()) to.push_back({std::move(name), sql});
}

Result<std::vector<NamedStatement>> compile_silver(const RunContext& context, const Node& node) {
    const auto before = TRY(read_before(context, node));
    const auto work = TRY(next_work(context, node, before));
    auto prepared = TRY(prepare_round(context, node, before, work));
    const auto& plan = prepared.plan;
    const auto& steps = work.rebuild ? plan.rebuild : plan.merge;
    const auto& queries = steps.queries;
    std::vector<NamedStatement> all;
    add(all, "checked: the model, with its rules as columns",
        TRY(check_statement(check_order(round_of(context, node, prepared, before, work)))));
    if (const auto& dedupe = node.dataset.silver()->dedupe) {
        const auto match = TRY(match::Statements::make(*dedupe, prepared.model));
        add(all, "dedupe: records", TRY(match.records()).text());
        add(all, "dedupe: pairs", TRY(match.pairs()).text());
        add(all, "dedupe: random", TRY(match.random()).text());
        add(all, "dedupe: survivors", TRY(match.survivors()).text());
    }
    const std::string kind = work.rebuild ? "rebuild: " : "merge: ";
    for (const auto& step : steps.find) add(all, kind + std::string(step.name), step.sql.text());
    add(all, "reaches_back: a row means that the past has to be read", steps.reaches_back.text());
    for (const auto& step : steps.statements)
        add(all, kind + std::string(step.name), step.sql.text());
    add(all, "guard: rows mean that the load looks truncated", queries.guard.text());
    add(all, "ties: moments that arrival alone decided", queries.ties.text());
    add(all, "counts: where every row went", queries.counts.text());
    add(all, "invariants: rows mean that versions contradict each other",
        queries.invariants.text());
    add(all, "latest: the moment that no observation is later than", queries.latest.text());
    add(all, "segment: observations to keep", queries.segment.text());
    add(all, "quarantined: rows to move aside", queries.quarantined.text());
    add(all, "rewrite: files of which rows go", queries.rewrite.text());
    add(all, "open_rows: rows of the table that the next slice is likely to change",
        queries.open_rows.text());
    add(all, "closed_rows: rows of the table that seldom change", queries.closed_rows.text());
    return all;
}

Result<std::vector<NamedStatement>> compile_gold(const RunContext& context, const Node& node) {
    if (is_view(node)) return std::vector<NamedStatement>{{"view", node.select.rewritten}};
    auto workspace = TRY(Workspace::open(context, node));
    const auto columns = workspace.session().describe(node.select.rewritten);
    if (!columns) return std::unexpected(placed_in_body(columns.error(), node));
    std::vector<NamedStatement> all;
    add(all, "checked: the model, with its rules as columns",
        TRY(check_statement({.dataset = node.dataset.name.text(),
            .select = sql::Fragment::authored(node.select.rewritten),
            .columns = *columns,
            .rules = node.dataset.rules,
            .today = logical_date(context)})));
    add(all, "rows of the table",
        "SELECT " + storable_projection(*columns).text() +
            " FROM checked WHERE _ingot_verdict = 0");
    return all;
}

}  // namespace

Result<CompiledStep> compile_step(const RunContext& context, const Node& node) {
    CompiledStep compiled;
    if (node.dataset.bronze()) return compiled;
    std::string missing;
    find_missing(context, node, missing);
    if (missing.empty()) {
        compiled.statements = TRY(
            node.dataset.silver() ? compile_silver(context, node) : compile_gold(context, node));
        return compiled;
    }
    compiled.why_model_only =
        "what it reads has not landed yet (" + missing + "): this is the model alone";
    compiled.statements.push_back({"model", node.select.rewritten});
    return compiled;
}

}  // namespace ingot::run
