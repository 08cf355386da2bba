#include <algorithm>
#include <array>

#include "base/suggest.h"
#include "data/columns.h"
#include "project/resolve/graph.h"

namespace ingot::project {

namespace {

bool is_system_schema(std::string_view schema) {
    static constexpr std::array<std::string_view, 2> names{"information_schema", "pg_catalog"};
    return std::ranges::any_of(
        names, [&](std::string_view name) { return same_name(name, schema); });
}

class References {
public:
    References(std::vector<Node>& nodes, const NameIndex& names, const ParseSelect& parse,
        Diagnostics& diagnostics)
        : nodes_(nodes), names_(names), parse_(parse), diagnostics_(diagnostics) {}

    std::vector<Edge> of(DatasetId reader) {
        reader_ = reader;
        edges_.clear();
        auto& node = nodes_[reader];
        if (node.dataset.body && !node.dataset.body->sql.empty()) add_tables(node);
        if (const auto* bronze = node.dataset.bronze(); bronze && bronze->kind)
            if (const auto parent = bronze->kind->parent(settings_of(*bronze, "")))
                add_use("bronze", bronze->system + "_" + parent->value, parent->span);
        for (const auto& named : node.dataset.depends_on) {
            const auto dot = named.value.find('.');
            if (dot == std::string::npos)
                add_use("", named.value, named.span);
            else
                add_use(named.value.substr(0, dot), named.value.substr(dot + 1), named.span);
        }
        return std::move(edges_);
    }

private:
    void add_tables(Node& node) {
        const auto& body = *node.dataset.body;
        auto parsed = parse_(body.sql);
        if (!parsed) {
            auto error = std::move(parsed.error());
            const bool placed = error.where.line > 0;
            error.where = placed ? place_in(body, error.where.line, error.where.column) : body.span;
            diagnostics_.add(std::move(error));
            return;
        }
        node.select = std::move(*parsed);
        for (const auto& table : node.select.tables)
            if (!is_system_schema(table.schema))
                add_use(table.schema, table.name, place_in(body, table.line, table.column));
    }

    void add_use(const std::string& schema, const std::string& name, const Span& where) {
        const auto found = names_.find(index_key(schema, name));
        if (found == names_.end()) return report_unknown(schema, name, where);
        const auto input = found->second;
        if (std::ranges::find(edges_, input, &Edge::input) != edges_.end()) return;
        check_layers(nodes_[input].dataset, where);
        check_disabled(nodes_[input].dataset, where);
        edges_.push_back({input, where});
    }

    void report_unknown(const std::string& schema, const std::string& name, const Span& where) {
        if (full_names_.empty())
            for (const auto& node : nodes_) {
                full_names_.push_back(node.dataset.name.text());
                bare_names_.push_back(node.dataset.name.name);
            }
        if (schema.empty()) return report_bare(name, where);
        const auto full = schema + "." + name;
        auto hint = did_you_mean(full, full_names_);
        if (hint.empty() && !parse_layer(schema))
            hint = "; datasets are named bronze., silver., gold. and a name";
        diagnostics_.error("PRJ102", "unknown dataset '" + full + "'" + hint, where);
    }

    // A table without a layer: perhaps only the layer is missing.
    void report_bare(const std::string& name, const Span& where) {
        auto it = std::ranges::find_if(
            bare_names_, [&](const std::string& each) { return same_name(each, name); });
        if (it == bare_names_.end())
            if (const auto near = nearest(name, bare_names_); !near.empty())
                it = std::ranges::find(bare_names_, near);
        const auto meant = it == bare_names_.end()
                               ? ""
                               : full_names_[static_cast<std::size_t>(it - bare_names_.begin())];
        diagnostics_.error("PRJ102",
            "unknown table '" + name + "'" +
                (meant.empty() ? "; datasets are named layer.name"
                               : "; did you mean '" + meant + "'?"),
            where);
    }

    void check_layers(const Dataset& input, const Span& where) {
        const auto& reader = nodes_[reader_].dataset;
        if (reader.name.layer != Layer::silver || input.name.layer <= Layer::silver) return;
        diagnostics_.error("PRJ105",
            reader.name.text() + " reads " + input.name.text() +
                "; silver reads bronze and silver only",
            where);
    }

    void check_disabled(const Dataset& input, const Span& where) {
        const auto& reader = nodes_[reader_].dataset;
        if (input.disabled && !reader.disabled)
            diagnostics_.warn("PRJ111",
                reader.name.text() + " reads " + input.name.text() + ", which is disabled", where);
    }

    std::vector<Node>& nodes_;
    const NameIndex& names_;
    const ParseSelect& parse_;
    Diagnostics& diagnostics_;
    std::vector<std::string> full_names_;  // filled when the first name is unknown
    std::vector<std::string> bare_names_;
    std::vector<Edge> edges_;
    DatasetId reader_ = 0;
};

}  // namespace

Edges find_references(std::vector<Node>& nodes, const NameIndex& names, const ParseSelect& parse,
    Diagnostics& diagnostics) {
    References references(nodes, names, parse, diagnostics);
    Edges edges(nodes.size());
    for (DatasetId id = 0; id < nodes.size(); ++id) edges[id] = references.of(id);
    return edges;
}

}  // namespace ingot::project
