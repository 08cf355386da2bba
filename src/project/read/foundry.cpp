#include "project/read/foundry.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/suggest.h"
#include "project/read/files.h"
#include "project/read/literal_secrets.h"
#include "project/read/sources.h"
#include "project/read/variables.h"
#include "project/read/yaml.h"

namespace ingot::foundry {

namespace {

using config::Map;
using config::Value;

// yes, no, on and off are booleans in the YAML that the foundry read; where text is wanted they stay what they were.
void read_as_yaml_1_1(Value& value) {
    if (auto* list = value.list())
        for (auto& item : *list) read_as_yaml_1_1(item);
    if (auto* map = value.map())
        for (auto& entry : *map) read_as_yaml_1_1(entry.value);
    const auto* said = value.text();
    if (!said) return;
    static constexpr std::array yes{"yes", "Yes", "YES", "on", "On", "ON"};
    static constexpr std::array no{"no", "No", "NO", "off", "Off", "OFF"};
    if (std::ranges::find(yes, *said) != yes.end())
        value.data = true;
    else if (std::ranges::find(no, *said) != no.end())
        value.data = false;
}

void warn_unknown(
    const Value& file, const std::vector<std::string>& known, Diagnostics& diagnostics) {
    for (const auto& entry : *file.map())
        if (std::ranges::find(known, entry.key) == known.end())
            diagnostics.warn("CFG101",
                "unknown option '" + entry.key + "', which is not read" +
                    did_you_mean(entry.key, known),
                entry.key_span);
}

const std::vector<std::string>& words_of_a_single() {
    static const std::vector<std::string> words{"config_version", "platform", "source", "silver",
        "silver_join", "environment", "domain", "polybase_setup", "pattern_id", "path_structure",
        "bronze_status", "name", "description"};
    return words;
}

void check_version(const Value& file, Diagnostics& diagnostics) {
    const auto* version = file.find("config_version");
    if (!version)
        return diagnostics.warn(
            "CFG004", "config_version is missing; write config_version: 1", file.span);
    const auto* number = std::get_if<std::int64_t>(&version->data);
    if (!number || *number < 1 || *number > 2)
        diagnostics.error(
            "CFG104", "config_version is 1 or 2, not '" + version->raw + "'", version->span);
}

// The entry's options replace the file's one by one; what is inside an option is not merged.
Value laid_over(const Value* under, const Value* over) {
    if (!under || !under->map()) return over ? *over : Value{};
    Value out = *under;
    if (!over || !over->map()) return out;
    for (const auto& entry : *over->map()) put(out, entry.key, entry.value);
    return out;
}

std::vector<Config> read_sources(
    const Value& file, const std::string& path, Diagnostics& diagnostics) {
    std::vector<Config> out;
    auto words = words_of_a_single();
    words.emplace_back("sources");
    warn_unknown(file, words, diagnostics);
    check_version(file, diagnostics);
    if (const auto* source = file.find("source"))
        diagnostics.error("CFG108", "source: and sources: exclude each other", source->span);
    const auto& list = *file.find("sources")->list();
    for (const auto& entry : list) {
        const auto* source = entry.find("source");
        if (!source) {
            diagnostics.error("CFG103", "an entry of sources: needs name: and source:", entry.span);
            continue;
        }
        static const std::vector<std::string> known{
            "name", "source", "silver", "silver_join", "description"};
        warn_unknown(entry, known, diagnostics);
        Value single = mapping(entry.span);
        if (const auto* platform = file.find("platform")) put(single, "platform", *platform);
        put(single, "source", *source);
        const auto silver = laid_over(file.find("silver"), entry.find("silver"));
        if (!silver.is_null()) put(single, "silver", silver);
        if (const auto* join = entry.find("silver_join"))
            put(single, "silver_join", *join);
        else if (const auto* join_of_all = file.find("silver_join"))
            put(single, "silver_join", *join_of_all);
        if (const auto* name = entry.find("name"); name && !name->is_null())
            if (auto* inner = single.find("source"); inner->map())
                put(*inner, "config_name", text(name->raw, name->span));
        out.push_back(read_single(std::move(single), Form::sources, path, diagnostics));
    }
    return out;
}

std::optional<Config> read_intent(
    const Value& written, Form form, const std::string& path, Diagnostics& diagnostics) {
    Diagnostics found;
    auto intent = bind_leniently<Intent>(written, found);
    const bool sound = !found.failed();
    for (const auto& each : found.all()) diagnostics.add(each);
    if (!sound) return std::nullopt;
    auto single = single_of(intent, written, diagnostics);
    if (!single) return std::nullopt;
    auto config = read_single(std::move(*single), form, path, diagnostics);
    config.bronze_enabled = intent.bronze.enabled;
    config.bronze_owner = intent.bronze.owner_team;
    config.silver = intent.silver;
    config.silver_join = intent.silver_join;
    config.polybase_setup = intent.polybase_setup;
    config.environment = intent.environment;
    config.domain = intent.domain;
    if (intent.name) config.name = *intent.name;
    config.intent = std::move(intent);
    return config;
}

std::vector<Config> read_datasets(
    const Value& file, const std::string& path, Diagnostics& diagnostics) {
    std::vector<Config> out;
    static const std::vector<std::string> known{
        "config_version", "environment", "domain", "datasets", "description", "name"};
    warn_unknown(file, known, diagnostics);
    for (const auto& entry : *file.find("datasets")->list()) {
        if (!entry.map()) {
            diagnostics.error("CFG102", "expected a mapping for a dataset", entry.span);
            continue;
        }
        Value written = entry;
        for (const auto* word : {"environment", "domain"})
            if (const auto* value = file.find(word); value && !entry.find(word))
                put(written, word, *value);
        if (auto config = read_intent(written, Form::datasets, path, diagnostics))
            out.push_back(std::move(*config));
    }
    return out;
}

bool is_list_of_something(const Value* value) {
    return value && value->list() && !value->list()->empty();
}

bool is_intent(const Value& file) {
    return file.find("system") && file.find("entity") && file.find("bronze") && file.find("silver");
}

std::string text_of_file(const std::string& path, Diagnostics& diagnostics) {
    std::ifstream in(path, std::ios::binary);
    std::string out{std::istreambuf_iterator<char>(in), {}};
    if (!in && out.empty())
        diagnostics.error("CFG110", path + " cannot be read: is it there?", {intern(path)});
    return out;
}

}  // namespace

void add_leniently(const Diagnostics& found, Diagnostics& out) {
    for (auto each : found.all()) {
        if (each.code == Code("CFG101")) {
            each.severity = Severity::warning;
            const auto hint = each.message.find("; did you mean");
            each.message.insert(
                hint == std::string::npos ? each.message.size() : hint, ", which is not read");
        }
        out.add(std::move(each));
    }
}

Value mapping(const Span& span) {
    Value out;
    out.data = Map{};
    out.span = span;
    return out;
}

Value text(std::string said, const Span& span) { return config::text_value(std::move(said), span); }

Value flag(bool value, const Span& span) {
    return {.data = value, .span = span, .raw = value ? "true" : "false"};
}

Value whole(std::int64_t value, const Span& span) {
    return {.data = value, .span = span, .raw = std::to_string(value)};
}

void put(Value& map, std::string key, Value value) {
    if (auto* there = map.find(key)) {
        *there = std::move(value);
        return;
    }
    const auto span = value.span;
    map.map()->push_back({std::move(key), span, std::move(value)});
}

bool is_foundry_form(const Value& file) {
    if (!file.map() || file.find("tables")) return false;
    return file.find("datasets") || file.find("sources") || file.find("platform") ||
           file.find("source") || is_intent(file);
}

std::vector<Config> configs_of(
    const Value& file, const std::string& path, Diagnostics& diagnostics) {
    Value tree = file;
    read_as_yaml_1_1(tree);
    if (!tree.map()) {
        diagnostics.error("CFG102", "expected a mapping: platform:, source: …", {intern(path)});
        return {};
    }
    project::keep_literal_secrets(tree);
    if (is_list_of_something(tree.find("datasets"))) return read_datasets(tree, path, diagnostics);
    std::vector<Config> out;
    if (is_intent(tree)) {
        if (auto config = read_intent(tree, Form::intent, path, diagnostics))
            out.push_back(std::move(*config));
        return out;
    }
    if (is_list_of_something(tree.find("sources"))) return read_sources(tree, path, diagnostics);
    warn_unknown(tree, words_of_a_single(), diagnostics);
    check_version(tree, diagnostics);
    out.push_back(read_single(std::move(tree), Form::single, path, diagnostics));
    return out;
}

std::vector<Config> read_configs(
    const std::string& path, const ReadOptions& options, Diagnostics& diagnostics) {
    Diagnostics found;
    const auto bytes = text_of_file(path, found);
    std::vector<Config> out;
    if (!found.failed()) {
        auto tree = project::read_yaml({bytes, intern(path)}, found);
        project::Variables variables;
        variables.command_line = options.vars;
        variables.expand(tree, found);
        if (!found.failed()) out = configs_of(tree, path, found);
    }
    for (const auto& each : found.all()) diagnostics.add(each);
    return out;
}

void add_dataset(Config& config, Diagnostics& diagnostics) {
    if (auto dataset = project::dataset_of(config, diagnostics))
        config.dataset = std::move(*dataset);
}

}  // namespace ingot::foundry
