#pragma once
// What a row is: named, typed columns. Types are the engine's canonical names (BIGINT, VARCHAR, DECIMAL(12,2) …).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

struct Column {
    std::string name;
    std::string type;
    bool operator==(const Column&) const = default;
};

using Columns = std::vector<Column>;

// Column and key names are matched without regard to (ASCII) case.
bool same_name(std::string_view a, std::string_view b);
const Column* find_column(const Columns& columns, std::string_view name);
bool has_name(const std::vector<std::string>& names, std::string_view name);
std::vector<std::string> names_of(const Columns& columns);

// Columns of our own in bronze views begin with this; SELECT * in a model does not take them.
inline constexpr std::string_view own_prefix = "_ingot_";
bool is_own_column(std::string_view name);

}  // namespace ingot
