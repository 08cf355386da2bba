#pragma once
#include <string_view>

namespace ingot {

inline constexpr std::string_view version = "0.1.0";

}  // namespace ingot
