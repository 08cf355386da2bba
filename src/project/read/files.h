#pragma once
// The files of a project folder: finding them and reading them as text.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"

namespace ingot::project {

// The folder that holds ingot.yml: `named` itself, or, without one, the working directory or the nearest parent.
std::optional<std::filesystem::path> find_root(const std::string& named);

// ingot.yml, or ingot.yaml where it is written so.
std::filesystem::path project_file(const std::filesystem::path& root);

struct FoundFile {
    std::string path;    // relative to the project, with /
    std::string folder;  // of path, without a / at the end
    std::string stem;
    std::string extension;  // with the dot, in lower case
};

// Every file below root/folder in order of path, hidden ones left out.
std::vector<FoundFile> list_files(
    const std::filesystem::path& root, const std::string& folder, Diagnostics& diagnostics);

// The text, or CFG110 when it cannot be read or is not UTF-8.
std::optional<std::string> read_text(
    const std::filesystem::path& root, const std::string& path, Diagnostics& diagnostics);

}  // namespace ingot::project
