#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::golden {

// The bytes of a file that a case writes as `file PATH as ENCODING`; nothing for an unknown encoding.
std::optional<std::string> encoded(std::string_view text, std::string_view encoding);

// A body with members, each begun by a line `=== NAME`.
std::string zip(std::string_view text);
std::string tar(std::string_view text);

void put_little(std::string& out, std::uint32_t value, int bytes);
std::uint32_t crc32(std::string_view bytes);

}  // namespace ingot::golden
