// Gold: the author's SELECT over pinned inputs, checked in one pass, published whole.
#include "base/hash.h"
#include "base/suggest.h"
#include "platform/table/storable.h"
#include "run/body_place.h"
#include "run/publish.h"
#include "run/released.h"
#include "run/rows_check.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "run/views.h"
#include "run/workspace.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

Result<std::vector<state::SideFile>> write_quarantine(const RunContext& context,
    Workspace& workspace, const Node& node, const Columns& columns, const CheckedRows& checked) {
    std::vector<state::SideFile> files;
    if (checked.quarantined == 0) return files;
    const auto folder = "_quarantine/" + node.dataset.name.text();
    const auto written = TRY(write_rows(workspace.session(), context.files,
        {.select = quarantined_rows(columns),
            .folder = folder,
            .stem = fresh_stem(context, "rows")}));
    for (const auto& file : written) files.push_back({folder + "/" + file.path, file.rows, ""});
    return files;
}

Result<std::vector<std::string>> partition_columns(const Node& node, const Columns& columns) {
    std::vector<std::string> out;
    for (const auto& name : node.dataset.gold()->partition_by) {
        const auto* column = find_column(columns, name.value);
        if (!column)
            return fail("PRJ106",
                "partition_by: the model has no column '" + name.value + "'" +
                    did_you_mean(name.value, names_of(columns)),
                name.span);
        if (has_name(out, column->name))
            return fail(
                "CFG108", "column '" + name.value + "' stands twice in partition_by", name.span);
        out.push_back(column->name);
    }
    return out;
}

Result<StepReport> build_table(
    const RunContext& context, const Node& node, Workspace& workspace, const Columns& columns) {
    const auto partition_by = TRY(partition_columns(node, columns));
    const auto before = TRY(read_before(context, node));
    const auto select = sql::Fragment::authored(node.select.rewritten);
    const auto released =
        before.standing ? before.standing->released : std::vector<state::SideFile>{};
    const auto checked = TRY(check_rows(workspace.session(),
        {.dataset = node.dataset.name.text(),
            .select = select,
            .columns = columns,
            .rules = node.dataset.rules,
            .today = logical_date(context),
            .released = released_rows(context.files, released, SameRow::content, columns)}));
    boundary("after-check");
    const auto stored = table::storable(columns);
    const auto files = TRY(write_rows(workspace.session(), context.files,
        {.select = sql::Fragment::of("SELECT ") + storable_projection(columns) +
                   sql::Fragment::of(" FROM checked WHERE _ingot_verdict = 0"),
            .folder = node.folder,
            .stem = fresh_stem(context, "part"),
            .partition_by = partition_by,
            .tags = {},
            .columns = stored}));
    boundary("after-write");
    StepReport report;
    report.rows = {
        .in = checked.in, .out = 0, .quarantined = checked.quarantined, .dropped = checked.dropped};
    for (const auto& file : files) report.rows.out += file.rows;
    if (!report.rows.reconcile())
        return fail("QUAL101", node.dataset.name.text() + ": " + std::to_string(report.rows.in) +
                                   " rows in, " + std::to_string(report.rows.out) + " out, " +
                                   std::to_string(report.rows.quarantined) + " quarantined, " +
                                   std::to_string(report.rows.dropped) + " dropped");
    state::Standing standing;
    standing.inputs = inputs_of(context, node, false);
    standing.model_columns = columns;
    standing.released = released;
    standing.quarantine = TRY(write_quarantine(context, workspace, node, columns, checked));
    standing.rows = report.table_rows = report.rows.out;
    standing.counts = {{"in", report.rows.in}, {"out", report.rows.out},
        {"quarantined", report.rows.quarantined}, {"dropped", report.rows.dropped}};
    report.rules = checked.outcomes;
    report.version = TRY(publish(context,
        {.node = node,
            .before = before,
            .columns = stored,
            .partition_by = partition_by,
            .add = files,
            .remove = before.version ? before.version->files : std::vector<table::DataFile>{},
            .standing = standing,
            .operation = "CREATE OR REPLACE TABLE AS SELECT"}));
    return report;
}

// A view is computed when it is read; its rules are counted now, and it cannot drop or move rows aside.
Result<StepReport> build_view(
    const RunContext& context, const Node& node, Workspace& workspace, const Columns& columns) {
    for (const auto& [name, rule] : node.dataset.rules)
        if (rule.value.on_fail == OnFail::drop || rule.value.on_fail == OnFail::quarantine)
            return fail("CFG108",
                node.dataset.name.text() + ": rule '" + name +
                    "' would remove rows, which a view cannot; use materialized: table",
                rule.span);
    if (const auto& folders = node.dataset.gold()->partition_by; !folders.empty())
        return fail("CFG108",
            node.dataset.name.text() +
                ": a view has no files to make folders of; leave partition_by out, or use materialized: table",
            folders.front().span);
    StepReport report;
    if (!node.dataset.rules.empty()) {
        const auto checked = TRY(check_rows(
            workspace.session(), {.dataset = node.dataset.name.text(),
                                     .select = sql::Fragment::authored(node.select.rewritten),
                                     .columns = columns,
                                     .rules = node.dataset.rules,
                                     .today = logical_date(context)}));
        report.rules = checked.outcomes;
        report.rows = {.in = checked.in, .out = checked.in};
    }
    state::Standing standing{
        .dataset = node.dataset.name.text(), .fingerprint = node.dataset.fingerprint};
    standing.run_id = context.run_id;
    standing.inputs = inputs_of(context, node, false);
    standing.model_columns = columns;
    std::string seen = standing.fingerprint;
    for (const auto& [name, input] : standing.inputs) seen += name + "=" + input.content + "\n";
    standing.content = sha256(seen).substr(0, 16);
    TRY(context.leases.check_fence(node.dataset.name.text()));
    TRY(write_view(context.files, node, standing));
    TRY(pin_standing(context, node));
    return report;
}

// Inputs that ran may have come out as they were.
Result<bool> is_up_to_date(const RunContext& context, const Node& node) {
    if (context.plan.full_refresh) return false;
    const auto standing = is_view(node) ? TRY(read_view(context.files, node))
                                        : TRY(read_before(context, node)).standing;
    return standing && !standing->judge_again &&
           standing->fingerprint == node.dataset.fingerprint &&
           standing->inputs == inputs_of(context, node, false);
}

}  // namespace

Result<StepReport> build_step(const RunContext& context, const Step& step) {
    const auto& node = context.manifest.datasets[step.dataset];
    if (TRY(is_up_to_date(context, node))) {
        StepReport report;
        report.status = StepStatus::unchanged;
        return report;
    }
    auto workspace = TRY(Workspace::open(context, node));
    const auto columns = workspace.session().describe(node.select.rewritten);
    if (!columns) return std::unexpected(placed_in_body(columns.error(), node));
    if (is_view(node)) return build_view(context, node, workspace, *columns);
    return build_table(context, node, workspace, *columns);
}

}  // namespace ingot::run
