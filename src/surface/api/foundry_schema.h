#pragma once
// The configurations of the foundry, as its command lines and sources/ read them: for editors, and as reference pages.
#include <nlohmann/json.hpp>
#include <string>

namespace ingot::api {

// Any of the four forms.
nlohmann::ordered_json foundry_schema();

// Every section and key, as Markdown.
std::string foundry_reference();

}  // namespace ingot::api
