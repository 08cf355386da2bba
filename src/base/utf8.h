#pragma once
// Characters of Unicode as UTF-8.
#include <cstdint>
#include <string>
#include <string_view>

namespace ingot {

// How many bytes the character at a place takes; 0 where there is none.
std::size_t utf8_length(std::string_view text, std::size_t at);
bool is_utf8(std::string_view text);
// One character, by its code point.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace ingot
