#pragma once
// "did you mean": the nearest of some names.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

// Levenshtein distance with adjacent transposition (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate when it is near enough to be a typo, else empty.
std::string nearest(std::string_view name, std::span<const std::string> candidates);

// "; did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

}  // namespace ingot
