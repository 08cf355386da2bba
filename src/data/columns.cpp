#include "data/columns.h"

#include <algorithm>

namespace ingot {

namespace {
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

const Column* find_column(const Columns& columns, std::string_view name) {
    const auto it =
        std::ranges::find_if(columns, [&](const Column& c) { return same_name(c.name, name); });
    return it == columns.end() ? nullptr : &*it;
}

bool has_name(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& n) { return same_name(n, name); });
}

std::vector<std::string> names_of(const Columns& columns) {
    std::vector<std::string> names;
    for (const auto& column : columns) names.push_back(column.name);
    return names;
}

bool is_own_column(std::string_view name) {
    return name.size() >= own_prefix.size() &&
           same_name(name.substr(0, own_prefix.size()), own_prefix);
}

}  // namespace ingot
