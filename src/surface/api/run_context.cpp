#include "surface/api/run_context.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "config/bind.h"
#include "project/read/variables.h"
#include "project/read/yaml.h"

namespace ingot::api {

namespace {

constexpr std::int64_t newest_version = 1;

// JSON is YAML, so one reader reads both, with places.
config::Value read_tree(const std::string& path, Diagnostics& diagnostics) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in && text.empty()) {
        diagnostics.error("CFG110", path + " cannot be read: is it there?", {intern(path)});
        return {};
    }
    return project::read_yaml({text, intern(path)}, diagnostics);
}

std::string text(const config::Value& tree, std::string_view key) {
    const auto* value = tree.find(key);
    return value && !value->is_null() ? value->raw : "";
}

}  // namespace

config::Value written_config(const std::string& path, Diagnostics& diagnostics) {
    return read_tree(path, diagnostics);
}

RunContextFile read_run_context(const std::string& path, Diagnostics& diagnostics) {
    RunContextFile context;
    const auto tree = read_tree(path, diagnostics);
    if (diagnostics.failed()) return context;
    if (const auto* version = tree.find("run_context_version")) {
        const auto* number = std::get_if<std::int64_t>(&version->data);
        if (!number || *number < 1 || *number > newest_version)
            diagnostics.error("CFG104",
                "run_context_version is 1, not '" + version->raw +
                    "'; this file was written by a newer program",
                version->span);
    }
    const auto* cfg = tree.find("cfg");
    if (!cfg || !cfg->map()) {
        diagnostics.error("CFG103", "a run context has cfg: the configuration", {intern(path)});
        return context;
    }
    context.cfg = *cfg;
    context.relative_path = text(tree, "relative_path");
    context.local_output_dir = text(tree, "local_output_dir");
    context.bronze_path = text(tree, "bronze_path");
    context.source_system = text(tree, "source_system");
    context.source_table = text(tree, "source_table");
    context.dataset_id = text(tree, "dataset_id");
    context.config_name = text(tree, "config_name");
    context.load_pattern = text(tree, "load_pattern");
    if (const auto date = text(tree, "run_date"); !date.empty()) {
        context.run_date = parse_date(std::string_view(date).substr(0, 10));
        if (!context.run_date)
            diagnostics.error("CFG102", "run_date is a date YYYY-MM-DD, not '" + date + "'",
                tree.find("run_date")->span);
    }
    return context;
}

std::string to_json(const RunContextFile& context) {
    nlohmann::ordered_json json{{"run_context_version", newest_version},
        {"cfg", nlohmann::ordered_json::parse(config::to_json(context.cfg), nullptr, false)},
        {"run_date", context.run_date ? nlohmann::ordered_json(to_string(*context.run_date))
                                      : nlohmann::ordered_json(nullptr)},
        {"relative_path", context.relative_path}, {"local_output_dir", context.local_output_dir},
        {"bronze_path", context.bronze_path}, {"source_system", context.source_system},
        {"source_table", context.source_table}, {"dataset_id", context.dataset_id},
        {"config_name", context.config_name}, {"load_pattern", context.load_pattern}};
    return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::vector<foundry::Config> configs_of(
    const RunContextFile& context, const std::string& path, Diagnostics& diagnostics) {
    auto cfg = context.cfg;
    Diagnostics found;
    project::Variables().expand(cfg, found);
    std::vector<foundry::Config> out;
    if (!found.failed()) out = foundry::configs_of(cfg, path, found);
    for (const auto& each : found.all()) diagnostics.add(each);
    return out;
}

}  // namespace ingot::api
