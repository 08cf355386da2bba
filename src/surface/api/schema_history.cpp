#include "surface/api/schema_history.h"

#include "run/contract.h"

namespace ingot::api {

Result<SchemaHistory> schema_history(Workbench& workbench, DatasetId dataset) {
    const auto& node = workbench.manifest().datasets[dataset];
    if (!node.dataset.bronze())
        return fail("PRJ109",
            node.dataset.name.text() +
                " is not bronze: its columns are those of its SELECT, and git knows their history");
    const auto schema = TRY(run::standing_schema(*TRY(workbench.files()), node));
    SchemaHistory history{.version = schema.version, .columns = schema.columns, .changes = {}};
    for (const auto& change : schema.history)
        history.changes.push_back({change.version, to_string(change.slice), change.run_id,
            change.column, change.before, change.after});
    return history;
}

}  // namespace ingot::api
