#include "config/value.h"
#include "project/manifest.h"
#include "project/place.h"

namespace ingot {

namespace {

using config::List;
using config::Map;
using config::Value;

constexpr std::string_view schema_version = "1";

Value text(std::string_view value) { return config::text_value(std::string(value), {}); }

Value texts(const std::vector<std::string>& values) {
    List out;
    for (const auto& value : values) out.push_back(text(value));
    return {.data = std::move(out)};
}

Value optional_text(const std::optional<std::string>& value) {
    return value ? text(*value) : Value{};
}

void add(Map& map, std::string_view key, Value value) {
    map.push_back({std::string(key), {}, std::move(value)});
}

std::string unique_id(const Manifest& manifest, const Dataset& dataset) {
    if (const auto* bronze = dataset.bronze())
        return "source." + manifest.project_name + "." + bronze->system + "." +
               bronze->table.name.value;
    return "model." + manifest.project_name + "." + dataset.name.text();
}

std::vector<std::string> ids_of(const Manifest& manifest, const std::vector<DatasetId>& datasets) {
    std::vector<std::string> out;
    for (const auto id : datasets)
        out.push_back(unique_id(manifest, manifest.datasets[id].dataset));
    return out;
}

Value depends_on(const Manifest& manifest, const Node& node) {
    Map out;
    add(out, "nodes", texts(ids_of(manifest, node.inputs)));
    return {.data = std::move(out)};
}

Value setting(const Dataset& dataset, std::string_view key) {
    const auto* found = dataset.settings.find(key);
    return found ? *found : Value{.data = Map{}};
}

Value entry_of(const Manifest& manifest, const Node& node) {
    const auto& dataset = node.dataset;
    Map out;
    add(out, "unique_id", text(unique_id(manifest, dataset)));
    add(out, "resource_type", text(dataset.bronze() ? "source" : "model"));
    add(out, "layer", text(to_string(dataset.name.layer)));
    add(out, "schema", text(to_string(dataset.name.layer)));
    add(out, "name", text(dataset.name.name));
    add(out, "relation_name", text(dataset.name.text()));
    add(out, "path", text(dataset.file));
    add(out, "original_file_path", text(dataset.file));
    if (const auto* bronze = dataset.bronze()) {
        add(out, "source_name", text(bronze->system));
        add(out, "identifier", text(bronze->table.name.value));
    }
    if (dataset.body) {
        add(out, "language", text("sql"));
        add(out, "raw_code", text(dataset.body->sql));
        add(out, "compiled_code",
            text(node.select.rewritten.empty() ? dataset.body->sql : node.select.rewritten));
    }
    add(out, "depends_on", depends_on(manifest, node));
    add(out, "config", setting(dataset, to_string(dataset.name.layer)));
    add(out, "description", text(dataset.description.value_or("")));
    add(out, "owner", optional_text(dataset.owner));
    add(out, "tags", texts(dataset.tags));
    add(out, "disabled", {.data = dataset.disabled});
    add(out, "columns", {.data = Map{}});
    add(out, "expectations", setting(dataset, "expect"));
    add(out, "fingerprint", text(dataset.fingerprint));
    add(out, "location",
        text(manifest.warehouse + "/" + place_for_readers(node.dataset, manifest)));
    return {.data = std::move(out)};
}

}  // namespace

std::string manifest_json(const Manifest& manifest, const ManifestMetadata& metadata) {
    Map about, nodes, sources, parents, children;
    add(about, "ingot_version", text(metadata.ingot_version));
    add(about, "manifest_version", text(schema_version));
    add(about, "generated_at", text(metadata.generated_at));
    add(about, "project_name", text(manifest.project_name));
    add(about, "target", text(manifest.target_name));
    for (const auto& node : manifest.datasets) {
        const auto id = unique_id(manifest, node.dataset);
        add(node.dataset.bronze() ? sources : nodes, id, entry_of(manifest, node));
        add(parents, id, texts(ids_of(manifest, node.inputs)));
        add(children, id, texts(ids_of(manifest, node.readers)));
    }
    Map out;
    add(out, "metadata", {.data = std::move(about)});
    add(out, "nodes", {.data = std::move(nodes)});
    add(out, "sources", {.data = std::move(sources)});
    add(out, "parent_map", {.data = std::move(parents)});
    add(out, "child_map", {.data = std::move(children)});
    return config::to_json({.data = std::move(out)});
}

}  // namespace ingot
