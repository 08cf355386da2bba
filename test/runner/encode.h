#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ingot::golden {

// The bytes of a file that a case writes as `file PATH as ENCODING`; nothing for an unknown encoding.
std::optional<std::string> encoded(std::string_view text, std::string_view encoding);

}  // namespace ingot::golden
