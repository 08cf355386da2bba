#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::golden {

std::vector<std::string> split_lines(std::string_view text);
std::string join_lines(const std::vector<std::string>& lines);
std::string_view trimmed(std::string_view text);

// Words of a command line: spaces separate, single and double quotes hold together.
std::vector<std::string> split_words(std::string_view line);

// `…` in a pattern stands for any text.
bool matches(std::string_view pattern, std::string_view text);
bool matches_somewhere(std::string_view pattern, std::string_view text);
// The same over lines, where a line that is `…` stands for any number of lines.
bool matches_lines(const std::vector<std::string>& pattern, const std::vector<std::string>& text);

// `*` and `?` stop at a slash, `**` does not.
bool matches_glob(std::string_view glob, std::string_view path);

}  // namespace ingot::golden
