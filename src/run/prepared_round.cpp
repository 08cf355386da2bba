#include "run/prepared_round.h"

#include "run/match.h"
#include "sql/dialect.h"

namespace ingot::run {

Result<PreparedRound> prepare_round(
    const RunContext& context, const Node& node, const PendingWork& work) {
    const auto& spec = *node.dataset.silver();
    PreparedRound prepared{
        .workspace = TRY(Workspace::open(context, node,
            work.whole ? Workspace::Bronze::all_rows : Workspace::Bronze::columns_alone)),
        .incoming = {},
        .model = {},
        .plan = {}};
    prepared.incoming = TRY(prepare_incoming(context, node, prepared.workspace, work));
    prepared.model = prepared.incoming.columns;
    prepared.incoming.columns = columns_of_history(node, prepared.incoming);
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
