#pragma once
// Words that are compared without regard to case: of ASCII's letters, as names, schemes and endings are.
#include <string>
#include <string_view>

namespace ingot {

std::string lower(std::string_view text);

}  // namespace ingot
