#pragma once
// A project in a folder of its own, and a parser that knows just enough SQL for it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "project/manifest.h"

namespace ingot::test {

// Finds what follows FROM and JOIN in capitals.
inline Result<engine::ParsedSelect> parse_from(const std::string& sql) {
    engine::ParsedSelect out;
    out.rewritten = sql;
    int line = 1;
    std::size_t line_start = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\n') {
            ++line;
            line_start = i + 1;
        }
        if (sql.compare(i, 5, "FROM ") != 0 && sql.compare(i, 5, "JOIN ") != 0) continue;
        const auto begin = i + 5;
        const auto end = std::min(sql.find_first_of(" \n,;()", begin), sql.size());
        auto name = sql.substr(begin, end - begin);
        std::erase(name, '"');
        if (name.starts_with("SYNTAX"))
            return fail(
                "SQL101", "syntax error", {"", line, static_cast<int>(begin - line_start) + 1});
        const auto dot = name.find('.');
        engine::TableUse use;
        use.schema = dot == std::string::npos ? "" : name.substr(0, dot);
        use.name = dot == std::string::npos ? name : name.substr(dot + 1);
        use.line = line;
        use.column = static_cast<int>(begin - line_start) + 1;
        out.tables.push_back(use);
    }
    return out;
}

class ProjectFolder {
public:
    ProjectFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "ingot-project-XXXXXX";
        root_ = ::mkdtemp(pattern.data());
        file("ingot.yml", "name: retail\n");
    }
    ~ProjectFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    ProjectFolder(const ProjectFolder&) = delete;
    ProjectFolder& operator=(const ProjectFolder&) = delete;

    ProjectFolder& file(const std::string& path, const std::string& text) {
        const auto full = std::filesystem::path(root_) / path;
        std::filesystem::create_directories(full.parent_path());
        std::ofstream(full, std::ios::binary) << text;
        return *this;
    }
    // crm.customers and crm.orders, so that models have something to read.
    ProjectFolder& with_sources() {
        return file("sources/crm.yml",
            "system: crm\nconnection: {type: file, path: data}\ntables:\n"
            "  - {name: customers, path: \"c_{date}.csv\", tags: [raw]}\n"
            "  - {name: orders, path: \"o_{date}.csv\", load: cdc}\n");
    }
    Project load(LoadOptions options = {}) {
        options.project_dir = root_;
        return load_project(options, diagnostics);
    }
    Manifest manifest(LoadOptions options = {}) {
        return resolve(load(std::move(options)), parse_from, diagnostics);
    }

    // "place: CODE message", one a line.
    std::string messages() const {
        std::string out;
        for (const auto& d : diagnostics.all())
            out += to_string(d.where) + ": " + std::string(d.code.id()) + " " + d.message + "\n";
        return out;
    }

    Diagnostics diagnostics;

private:
    std::string root_;
};

inline const Dataset& dataset(const Project& project, const std::string& name) {
    for (const auto& each : project.datasets)
        if (each.name.text() == name) return each;
    static const Dataset none;
    return none;
}

}  // namespace ingot::test
