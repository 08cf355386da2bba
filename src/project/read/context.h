#pragma once
// What the readers of a project's files share: where it lies, its variables, and the settings that datasets start from.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "project/project.h"
#include "project/read/variables.h"
#include "project/read/words.h"

namespace ingot::project {

struct ReadContext {
    std::filesystem::path root;
    Variables variables;
    config::Value defaults;             // of the project: the weakest settings
    std::vector<Word> target_defaults;  // the strongest
    // By folder: the project's defaults with every _defaults.yml from there up, outer ones weaker.
    std::map<std::string, config::Value> by_folder;
};

// A YAML file with its variables in place; nothing when it cannot be read.
std::optional<config::Value> read_yaml_file(
    const ReadContext& context, const std::string& path, Diagnostics& diagnostics);

// The settings that a dataset defined in this folder starts from.
const config::Value& defaults_of(
    ReadContext& context, const std::string& folder, Diagnostics& diagnostics);

}  // namespace ingot::project
