// Gold: the author's SELECT over pinned inputs, checked in one pass, published whole.
#include "platform/table/storable.h"
#include "run/body_place.h"
#include "run/publish.h"
#include "run/rows_check.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "run/workspace.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

Result<std::vector<state::SideFile>> write_quarantine(const RunContext& context, Workspace& workspace, const Node& node,
                                                      const Columns& columns, const CheckedRows& checked) {
    std::vector<state::SideFile> files;
    if (checked.quarantined == 0) return files;
    const auto folder = "_quarantine/" + node.dataset.name.text();
    const auto written = TRY(write_rows(workspace.session(), context.files,
                                        {.select = quarantined_rows(columns), .folder = folder, .stem = fresh_stem(context, "rows")}));
    for (const auto& file : written) files.push_back({folder + "/" + file.path, file.rows, ""});
    return files;
}

std::vector<std::string> texts(const std::vector<ColumnName>& names) {
    std::vector<std::string> out;
    for (const auto& name : names) out.push_back(name.value);
    return out;
}

Result<StepReport> build_table(const RunContext& context, const Node& node, Workspace& workspace, const Columns& columns) {
    const auto before = TRY(read_before(context, node));
    const auto select = sql::Fragment::authored(node.select.rewritten);
    const auto checked = TRY(check_rows(workspace.session(), {.dataset = node.dataset.name.text(), .select = select,
                                                              .columns = columns, .rules = node.dataset.rules}));
    boundary("after-check");
    const auto stored = table::storable(columns);
    const auto partition_by = texts(node.dataset.gold()->partition_by);
    const auto files = TRY(write_rows(
        workspace.session(), context.files,
        {.select = sql::Fragment::of("SELECT ") + storable_projection(columns) +
                   sql::Fragment::of(" FROM checked WHERE _ingot_verdict = 0"),
         .folder = node.folder, .stem = fresh_stem(context, "part"), .partition_by = partition_by}));
    boundary("after-write");
    StepReport report;
    report.rows = {.in = checked.in, .out = 0, .quarantined = checked.quarantined, .dropped = checked.dropped};
    for (const auto& file : files) report.rows.out += file.rows;
    if (!report.rows.reconcile())
        return fail("QUAL101", node.dataset.name.text() + ": " + std::to_string(report.rows.in) + " rows in, " +
                                   std::to_string(report.rows.out) + " out, " + std::to_string(report.rows.quarantined) +
                                   " quarantined, " + std::to_string(report.rows.dropped) + " dropped");
    state::Standing standing;
    standing.inputs = inputs_of(context, node, false);
    standing.model_columns = columns;
    standing.quarantine = TRY(write_quarantine(context, workspace, node, columns, checked));
    standing.rows = report.table_rows = report.rows.out;
    standing.counts = {{"in", report.rows.in}, {"out", report.rows.out}, {"quarantined", report.rows.quarantined}, {"dropped", report.rows.dropped}};
    report.rules = checked.outcomes;
    report.version = TRY(publish(context, {.node = node, .before = before, .columns = stored, .partition_by = partition_by,
                                           .add = files, .remove = before.version ? before.version->files : std::vector<table::DataFile>{},
                                           .standing = standing, .operation = "CREATE OR REPLACE TABLE AS SELECT"}));
    return report;
}

}  // namespace

Result<StepReport> build_step(const RunContext& context, const Step& step) {
    const auto& node = context.manifest.datasets[step.dataset];
    auto workspace = TRY(Workspace::open(context, node));
    const auto columns = workspace.session().describe(node.select.rewritten);
    if (!columns) return std::unexpected(placed_in_body(columns.error(), node));
    return build_table(context, node, workspace, *columns);
}

}  // namespace ingot::run
