#pragma once
// What response_schema says about texts: `pattern` and `format`.
#include <span>
#include <string>
#include <string_view>

namespace ingot::api {

// Why it is no regular expression that can be looked for; empty if it is one.
std::string wrong_with_pattern(const std::string& pattern);
// Whether the expression matches somewhere in the text.
bool is_found(const std::string& pattern, std::string_view text);

// Names of formats, those that say nothing about a text among them.
std::span<const std::string_view> formats();
bool is_of_format(const std::string& text, std::string_view format);

}  // namespace ingot::api
