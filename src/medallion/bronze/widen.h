#pragma once
// The type into which a column of a table with a schema of its own grows.
#include <optional>
#include <string>

namespace ingot::bronze {

// A type that may hold the values of both, or nothing: whole numbers and decimals to larger ones, numbers to DOUBLE,
// dates to timestamps. Whether it holds the values that are there is for their owner to look at. One of the two is the
// answer where it holds the other.
std::optional<std::string> widened(const std::string& a, const std::string& b);

}  // namespace ingot::bronze
