#include "surface/api/vars.h"

#include "project/read/yaml.h"

namespace ingot::api {

namespace {

Result<config::Named<std::string>> from_mapping(const std::string& text) {
    Diagnostics diagnostics;
    const auto value = project::read_yaml({.text = text, .file = intern("--vars")}, diagnostics);
    if (diagnostics.failed() || !value.map())
        return fail("USE101", "--vars takes NAME=VALUE or a YAML mapping, not '" + text + "'");
    config::Named<std::string> vars;
    for (const auto& entry : *value.map()) vars.emplace_back(entry.key, entry.value.raw);
    return vars;
}

}  // namespace

Result<config::Named<std::string>> parse_vars(const std::string& text) {
    const auto first = text.find_first_not_of(" \t");
    const auto equals = text.find('=');
    const bool mapping = first != std::string::npos && text[first] == '{';
    if (mapping || equals == std::string::npos) return from_mapping(text);
    return config::Named<std::string>{{text.substr(0, equals), text.substr(equals + 1)}};
}

}  // namespace ingot::api
