#include <algorithm>
#include <filesystem>

#include "data/columns.h"
#include "platform/storage/stores.h"
#include "project/resolve/graph.h"

namespace ingot {

namespace {

using project::Edges;

// Puts the nodes in order and translates the edges to their new places.
std::vector<Node> ordered(
    std::vector<Node> nodes, const Edges& edges, const std::vector<DatasetId>& order) {
    std::vector<DatasetId> place(nodes.size());
    for (DatasetId id = 0; id < order.size(); ++id) place[order[id]] = id;
    std::vector<Node> out;
    out.reserve(nodes.size());
    for (const auto old : order) {
        out.push_back(std::move(nodes[old]));
        for (const auto& edge : edges[old]) out.back().inputs.push_back(place[edge.input]);
    }
    for (DatasetId id = 0; id < out.size(); ++id)
        for (const auto input : out[id].inputs) out[input].readers.push_back(id);
    return out;
}

}  // namespace

std::string absolute_warehouse(const std::string& root, const std::string& warehouse) {
    if (storage::is_url(warehouse))
        return warehouse.ends_with('/') ? warehouse.substr(0, warehouse.find_last_not_of('/') + 1)
                                        : warehouse;
    // s3:/bucket would be a folder of that name: whoever opens it says what is missing.
    const auto colon = warehouse.find(":/");
    if (colon != std::string::npos && colon > 0 && warehouse.find('/') > colon &&
        warehouse.substr(colon, 3) != "://")
        return warehouse;
    auto path =
        (std::filesystem::path(root) / storage::without_file_scheme(warehouse)).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return path.string();
}

const Node* Manifest::find(const DatasetName& name) const {
    const auto it = std::ranges::find_if(datasets, [&](const Node& node) {
        return node.dataset.name.layer == name.layer &&
               same_name(node.dataset.name.name, name.name);
    });
    return it == datasets.end() ? nullptr : &*it;
}

Manifest resolve(Project project, const ParseSelect& parse, Diagnostics& diagnostics) {
    Manifest manifest;
    manifest.root = project.root;
    manifest.project_name = project.spec.name.value;
    manifest.target_name = project.target_name;
    manifest.target = std::move(project.target);
    manifest.warehouse = absolute_warehouse(manifest.root, manifest.target.warehouse);
    std::ranges::stable_sort(project.datasets, {}, &Dataset::name);
    std::vector<Node> nodes(project.datasets.size());
    for (DatasetId id = 0; id < nodes.size(); ++id)
        nodes[id].dataset = std::move(project.datasets[id]);
    const auto names = project::index_names(nodes, diagnostics);
    project::place_tables(nodes, manifest, diagnostics);
    const auto edges = project::find_references(nodes, names, parse, diagnostics);
    project::check_inferred_deletes(nodes, edges, diagnostics);
    const auto order = project::sort_by_inputs(nodes, edges, diagnostics);
    manifest.datasets = ordered(std::move(nodes), edges, order);
    return manifest;
}

}  // namespace ingot
