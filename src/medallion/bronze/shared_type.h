#pragma once
// A type in which columns of several slices can be read without losing anything.
#include <string>
#include <vector>

namespace ingot::bronze {

// The type itself when all are one; the widest of whole numbers; decimals that hold all digits; else text.
std::string shared_type(const std::vector<std::string>& types);

}  // namespace ingot::bronze
