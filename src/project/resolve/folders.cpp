#include "project/resolve/graph.h"

namespace ingot::project {

namespace {

std::string_view to_string(LoadPattern load) {
    return load_pattern_choices.at(static_cast<std::size_t>(load)).name;
}

std::string folder_of(const Dataset& dataset, const Manifest& manifest) {
    const auto& environment = manifest.target.environment;
    const std::string env = environment ? "env=" + *environment + "/" : "";
    if (const auto* bronze = dataset.bronze())
        return "bronze/" + env + "system=" + bronze->system + "/table=" + bronze->table.name.value +
               "/pattern=" + std::string(to_string(bronze->table.load));
    if (const auto* silver = dataset.silver())
        return "silver/" + env + "domain=" + silver->domain.value_or(manifest.project_name) +
               "/entity=" + dataset.name.name + "/v" + std::to_string(silver->version);
    return "gold/" + dataset.name.name;
}

}  // namespace

void place_tables(std::vector<Node>& nodes, const Manifest& manifest, Diagnostics& diagnostics) {
    std::unordered_map<std::string, DatasetId> taken;
    taken.reserve(nodes.size());
    for (DatasetId id = 0; id < nodes.size(); ++id) {
        auto& node = nodes[id];
        node.folder = folder_of(node.dataset, manifest);
        const auto [it, is_new] = taken.emplace(index_key("", node.folder), id);
        if (is_new) continue;
        const auto& first = nodes[it->second].dataset;
        if (index_key("", first.name.text()) == index_key("", node.dataset.name.text()))
            continue;  // PRJ101 says so
        diagnostics.error("PRJ104",
            node.dataset.name.text() + " and " + first.name.text() + " both write " + node.folder,
            node.dataset.origin, {{"the other one", first.origin}});
    }
}

}  // namespace ingot::project
