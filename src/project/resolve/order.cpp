#include <algorithm>
#include <queue>

#include "project/resolve/graph.h"

namespace ingot::project {

namespace {

constexpr DatasetId none = static_cast<DatasetId>(-1);

// The shortest way from `start` back to itself through `left` datasets; empty when there is none.
std::vector<DatasetId> circle_of(
    DatasetId start, const Edges& edges, const std::vector<bool>& left) {
    std::vector<DatasetId> came_from(edges.size(), none);
    std::queue<DatasetId> next;
    next.push(start);
    while (!next.empty()) {
        const auto at = next.front();
        next.pop();
        for (const auto& edge : edges[at]) {
            if (edge.input == start) {
                std::vector<DatasetId> circle;
                for (auto id = at; id != start; id = came_from[id]) circle.push_back(id);
                circle.push_back(start);
                std::ranges::reverse(circle);
                return circle;
            }
            if (!left[edge.input] || came_from[edge.input] != none) continue;
            came_from[edge.input] = at;
            next.push(edge.input);
        }
    }
    return {};
}

void report_circle(const std::vector<DatasetId>& circle, const std::vector<Node>& nodes,
    const Edges& edges, Diagnostics& diagnostics) {
    const auto name = [&](DatasetId id) { return nodes[id].dataset.name.text(); };
    std::string way;
    std::vector<Note> notes;
    Span first;
    for (std::size_t i = 0; i < circle.size(); ++i) {
        const auto reader = circle[i];
        const auto input = circle[(i + 1) % circle.size()];
        const auto edge = std::ranges::find(edges[reader], input, &Edge::input);
        if (i == 0) first = edge->where;
        notes.push_back({name(reader) + " reads " + name(input), edge->where});
        way += name(reader) + " → ";
    }
    way += name(circle.front());
    const auto message = circle.size() == 1 ? name(circle.front()) + " reads itself"
                                            : "datasets read each other in a circle: " + way;
    diagnostics.error("PRJ103", message, first, std::move(notes));
}

// Datasets that are neither in order nor in a circle already told.
void report_circles(const std::vector<Node>& nodes, const Edges& edges, std::vector<bool> left,
    Diagnostics& diagnostics) {
    for (DatasetId id = 0; id < nodes.size(); ++id) {
        if (!left[id]) continue;
        const auto circle = circle_of(id, edges, left);
        if (circle.empty()) continue;
        report_circle(circle, nodes, edges, diagnostics);
        for (const auto each : circle) left[each] = false;
    }
}

}  // namespace

std::vector<DatasetId> sort_by_inputs(
    const std::vector<Node>& nodes, const Edges& edges, Diagnostics& diagnostics) {
    // Nodes come sorted by name, so that the smallest id is the first name.
    std::vector<std::size_t> waits_for(nodes.size());
    std::vector<std::vector<DatasetId>> readers(nodes.size());
    for (DatasetId id = 0; id < nodes.size(); ++id) {
        waits_for[id] = edges[id].size();
        for (const auto& edge : edges[id]) readers[edge.input].push_back(id);
    }
    std::priority_queue<DatasetId, std::vector<DatasetId>, std::greater<>> ready;
    for (DatasetId id = 0; id < nodes.size(); ++id)
        if (waits_for[id] == 0) ready.push(id);
    std::vector<DatasetId> order;
    std::vector<bool> left(nodes.size(), true);
    while (!ready.empty()) {
        const auto id = ready.top();
        ready.pop();
        order.push_back(id);
        left[id] = false;
        for (const auto reader : readers[id])
            if (--waits_for[reader] == 0) ready.push(reader);
    }
    if (order.size() == nodes.size()) return order;
    report_circles(nodes, edges, left, diagnostics);
    for (DatasetId id = 0; id < nodes.size(); ++id)
        if (left[id]) order.push_back(id);
    return order;
}

}  // namespace ingot::project
