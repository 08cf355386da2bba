#pragma once
// The surface as data, for editors and pages: JSON Schema and reference of every file kind, from the described structs.
#include <string>
#include <utility>
#include <vector>

namespace ingot::api {

std::vector<std::string> file_kinds();

// JSON Schema (2020-12) of one kind of file, or of all by name for an empty kind; empty for an unknown kind.
std::string file_schema(const std::string& kind);

// docs/reference: file name and Markdown text of each generated page.
std::vector<std::pair<std::string, std::string>> reference_pages();

}  // namespace ingot::api
