#include "project/place.h"
#include "project/resolve/graph.h"

namespace ingot {

namespace {

std::string_view to_string(LoadPattern load) {
    return load_pattern_choices.at(static_cast<std::size_t>(load)).name;
}

std::string environment_of(const Manifest& manifest) {
    const auto& environment = manifest.target.environment;
    return environment ? "env=" + *environment + "/" : "";
}

}  // namespace

std::optional<TableKind> plain_format(const Dataset& dataset) {
    const auto* silver = dataset.silver();
    const auto* gold = dataset.gold();
    const auto format = silver ? silver->format : gold ? gold->format : std::nullopt;
    const bool is_view = gold && gold->materialized == Materialized::view;
    return format == TableKind::delta || is_view ? std::nullopt : format;
}

std::string place_behind(const Dataset& dataset, const Manifest& manifest) {
    const auto* silver = dataset.silver();
    return "_tables/" + environment_of(manifest) + dataset.name.text() +
           (silver ? "/v" + std::to_string(silver->version) : "");
}

std::string place_for_readers(const Dataset& dataset, const Manifest& manifest) {
    const auto env = environment_of(manifest);
    if (const auto* bronze = dataset.bronze())
        return "bronze/" + env + "system=" + bronze->system + "/table=" + bronze->table.name.value +
               "/pattern=" + std::string(to_string(bronze->table.load));
    if (const auto* silver = dataset.silver())
        return "silver/" + env + "domain=" + silver->domain.value_or(manifest.project_name) +
               "/entity=" + dataset.name.name + "/v" + std::to_string(silver->version);
    return "gold/" + dataset.name.name;
}

namespace project {

void place_tables(std::vector<Node>& nodes, const Manifest& manifest, Diagnostics& diagnostics) {
    std::unordered_map<std::string, DatasetId> taken;
    taken.reserve(nodes.size());
    for (DatasetId id = 0; id < nodes.size(); ++id) {
        auto& node = nodes[id];
        const auto place = place_for_readers(node.dataset, manifest);
        node.folder = plain_format(node.dataset) ? place_behind(node.dataset, manifest) : place;
        const auto [it, is_new] = taken.emplace(index_key("", place), id);
        if (is_new) continue;
        const auto& first = nodes[it->second].dataset;
        if (index_key("", first.name.text()) == index_key("", node.dataset.name.text()))
            continue;  // PRJ101 says so
        diagnostics.error("PRJ104",
            node.dataset.name.text() + " and " + first.name.text() + " both write " + place,
            node.dataset.origin, {{"the other one", first.origin}});
    }
}

}  // namespace project

}  // namespace ingot
