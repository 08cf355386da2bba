#include "run/workspace.h"

#include <atomic>

#include "run/views.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

std::string fresh_catalog() {
    static std::atomic<int> number{0};
    return "step_" + std::to_string(++number);
}

}  // namespace

Result<Workspace> Workspace::open(const RunContext& context, const Node& node, Bronze bronze) {
    const auto catalog = fresh_catalog();
    Workspace workspace(TRY(context.engine.connect()), catalog);
    TRY(workspace.session_->execute("ATTACH ':memory:' AS " + catalog + "; CREATE SCHEMA " +
                                    catalog + ".bronze; CREATE SCHEMA " + catalog +
                                    ".silver; CREATE SCHEMA " + catalog + ".gold; USE " + catalog));
    TRY(workspace.bind_inputs(context, node, bronze));
    return workspace;
}

Status Workspace::bind_inputs(const RunContext& context, const Node& node, Bronze bronze) {
    for (const auto id : node.inputs) {
        const auto& input = context.manifest.datasets[id];
        const auto& name = input.dataset.name;
        const auto pin = context.pins.get(name.text());
        if (!pin)
            return fail("RUN101",
                name.text() + " has never been published; run it first: ingot run " + name.text(),
                node.dataset.origin);
        if (is_view(input)) TRY(bind_inputs(context, input, Bronze::all_rows));
        if (bronze == Bronze::columns_alone && pin->slice_select) {
            const auto none = pin->slice_select({});
            TRY(rebind(name,
                node.select.names_own_columns
                    ? none
                    : sql::Fragment::of("SELECT ") + sql::duckdb().columns(names_of(pin->columns)) +
                          sql::Fragment::of(" FROM (") + none + sql::Fragment::of(")")));
            continue;
        }
        TRY(rebind(name, node.select.names_own_columns || pin->select_plain.empty()
                             ? pin->select
                             : pin->select_plain));
    }
    return {};
}

Status Workspace::rebind(const DatasetName& input, const sql::Fragment& select) {
    const auto name = sql::duckdb().qualified(to_string(input.layer), input.name);
    TRY(session_->execute("CREATE OR REPLACE VIEW " + name.text() + " AS " + select.text()));
    return {};
}

Workspace::~Workspace() {
    if (!session_) return;
    // A step that failed may leave a transaction open; the connection goes with it, so only the catalog matters.
    (void)session_->execute("USE memory");
    (void)session_->execute("DETACH " + catalog_);
}

}  // namespace ingot::run
