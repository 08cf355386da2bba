#include "project/read/context.h"

#include "project/read/files.h"
#include "project/read/yaml.h"

namespace ingot::project {

std::optional<config::Value> read_yaml_file(
    const ReadContext& context, const std::string& path, Diagnostics& diagnostics) {
    const auto text = read_text(context.root, path, diagnostics);
    if (!text) return std::nullopt;
    auto value = read_yaml({*text, intern(path)}, diagnostics);
    if (text->find("${") != std::string::npos) context.variables.expand(value, diagnostics);
    return value;
}

const config::Value& defaults_of(
    ReadContext& context, const std::string& folder, Diagnostics& diagnostics) {
    if (const auto found = context.by_folder.find(folder); found != context.by_folder.end())
        return found->second;
    const auto slash = folder.rfind('/');
    auto settings = slash == std::string::npos
                        ? context.defaults
                        : defaults_of(context, folder.substr(0, slash), diagnostics);
    for (const auto* name : {"/_defaults.yml", "/_defaults.yaml"}) {
        std::error_code ignored;
        if (!std::filesystem::exists(context.root / (folder + name), ignored)) continue;
        auto value = read_yaml_file(context, folder + name, diagnostics);
        if (!value) continue;
        for (auto& word : words_of(std::move(*value), Place::defaults, diagnostics))
            add_word(settings, std::move(word), diagnostics);
    }
    return context.by_folder[folder] = std::move(settings);
}

}  // namespace ingot::project
