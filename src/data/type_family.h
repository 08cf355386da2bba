#pragma once
// Families of the engine's types, by their canonical names.
#include <string_view>

namespace ingot {

bool is_number_type(std::string_view type);
// A day or a moment; times of day are neither.
bool is_moment_type(std::string_view type);

}  // namespace ingot
