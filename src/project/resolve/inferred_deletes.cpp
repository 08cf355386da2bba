#include "project/resolve/graph.h"

namespace ingot::project {

void check_inferred_deletes(
    const std::vector<Node>& nodes, const Edges& edges, Diagnostics& diagnostics) {
    for (DatasetId id = 0; id < nodes.size(); ++id) {
        const auto* silver = nodes[id].dataset.silver();
        if (!silver || silver->deletes != Deletes::infer) continue;
        for (const auto& edge : edges[id]) {
            const auto* bronze = nodes[edge.input].dataset.bronze();
            if (!bronze || bronze->table.load == LoadPattern::full) continue;
            diagnostics.error("CFG108",
                "deletes: infer takes what a full load lacks as deleted, but " +
                    nodes[edge.input].dataset.name.text() +
                    " is not load: full; set that if each slice is the whole table, or say by delete_when which rows are deletes",
                edge.where);
        }
    }
}

}  // namespace ingot::project
