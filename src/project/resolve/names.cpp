#include <algorithm>

#include "project/resolve/graph.h"

namespace ingot::project {

std::string index_key(std::string_view layer, std::string_view name) {
    std::string key(layer);
    key += '.';
    key += name;
    std::ranges::transform(key, key.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return key;
}

NameIndex index_names(const std::vector<Node>& nodes, Diagnostics& diagnostics) {
    NameIndex names;
    names.reserve(nodes.size());
    for (DatasetId id = 0; id < nodes.size(); ++id) {
        const auto& dataset = nodes[id].dataset;
        const auto [it, is_new] =
            names.emplace(index_key(to_string(dataset.name.layer), dataset.name.name), id);
        if (is_new) continue;
        const auto& first = nodes[it->second].dataset;
        diagnostics.error("PRJ101",
            dataset.name.text() + " is also defined by " + to_string(first.origin), dataset.origin,
            {{"the other definition", first.origin}});
    }
    return names;
}

}  // namespace ingot::project
