#include "run/prepared_round.h"

#include "run/match.h"
#include "run/side_files.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

// Loads that were kept may hold what the model's type of now does not: then the column holds both, as it did before.
Status hold_earlier_loads(const RunContext& context, const Node& node, const Before& before,
    const PendingWork& work, PreparedRound& prepared) {
    const auto files = kept_loads(before, work);
    if (files.empty()) return {};
    auto& session = prepared.workspace.session();
    auto& columns = prepared.incoming.columns;
    const auto rows = TRY(side_rows(context, files, node.folder, load_columns(columns))).text();
    const auto kept = TRY(session.describe(rows));
    for (auto& column : columns) {
        const auto wide = find_column(kept, column.name)->type;
        if (wide == column.type) continue;
        const auto name = sql::duckdb().identifier(column.name).text();
        const auto type = TRY(sql::duckdb().type(column.type)).text();
        const auto lost =
            TRY(session.query("SELECT 1 FROM (" + rows + ") WHERE CAST(TRY_CAST(" + name + " AS " +
                              type + ") AS " + wide + ") IS DISTINCT FROM " + name + " LIMIT 1"));
        if (!lost.rows.empty()) column.type = wide;
    }
    return {};
}

}  // namespace

Result<PreparedRound> prepare_round(
    const RunContext& context, const Node& node, const Before& before, const PendingWork& work) {
    const auto& spec = *node.dataset.silver();
    PreparedRound prepared{
        .workspace = TRY(Workspace::open(context, node,
            work.whole ? Workspace::Bronze::all_rows : Workspace::Bronze::columns_alone)),
        .incoming = {},
        .model = {},
        .plan = {}};
    prepared.incoming = TRY(prepare_incoming(context, node, prepared.workspace, work));
    prepared.model = prepared.incoming.columns;
    prepared.incoming.columns = TRY(columns_of_history(node, prepared.incoming));
    TRY(hold_earlier_loads(context, node, before, work, prepared));
    prepared.plan = TRY(silver::compile(spec,
        {.columns = prepared.incoming.columns,
            .full_loads = work.full_loads && spec.scope == Scope::table},
        sql::duckdb()));
    return prepared;
}

Round round_of(const RunContext& context, const Node& node, PreparedRound& prepared,
    const Before& before, const PendingWork& work) {
    return {.context = context,
        .node = node,
        .session = prepared.workspace.session(),
        .before = before,
        .work = work,
        .incoming = prepared.incoming,
        .model = prepared.model,
        .plan = prepared.plan};
}

Result<Round> bind_round(const RunContext& context, const Node& node, PreparedRound& prepared,
    const Before& before, const PendingWork& work) {
    TRY(bind_slices(context, node, prepared.workspace, work));
    return round_of(context, node, prepared, before, work);
}

}  // namespace ingot::run
