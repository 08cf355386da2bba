#pragma once
// The steps of resolve(), in the order they run. Each reports what it finds and leaves the rest usable.
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "project/manifest.h"

namespace ingot::project {

// Datasets by layer.name in lower case: names differ by more than case.
using NameIndex = std::unordered_map<std::string, DatasetId>;
std::string index_key(std::string_view layer, std::string_view name);

// PRJ101 for names that stand twice; the first stays in the index.
NameIndex index_names(const std::vector<Node>& nodes, Diagnostics& diagnostics);

// Where a dataset names one of its inputs first.
struct Edge {
    DatasetId input;
    Span where;
};
using Edges = std::vector<std::vector<Edge>>;  // by reader

// Parses every body and looks up what it reads and what depends_on says: PRJ102, PRJ105, SQL101, SQL102.
Edges find_references(std::vector<Node>& nodes, const NameIndex& names, const ParseSelect& parse,
    Diagnostics& diagnostics);

// Inputs before readers, ties by name. PRJ103 once per circle; its datasets come last.
std::vector<DatasetId> sort_by_inputs(
    const std::vector<Node>& nodes, const Edges& edges, Diagnostics& diagnostics);

// Where every table lives; PRJ104 when two live in one place.
void place_tables(std::vector<Node>& nodes, const Manifest& manifest, Diagnostics& diagnostics);

// deletes: infer takes absence for a delete, which only a full load shows.
void check_inferred_deletes(
    const std::vector<Node>& nodes, const Edges& edges, Diagnostics& diagnostics);

}  // namespace ingot::project
