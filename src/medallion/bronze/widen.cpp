#include "medallion/bronze/widen.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ingot::bronze {

namespace {

struct Digits {
    int whole = 0;
    int scale = 0;
};

constexpr std::array<std::pair<const char*, int>, 5> integers{
    {{"TINYINT", 3}, {"SMALLINT", 5}, {"INTEGER", 10}, {"BIGINT", 19}, {"HUGEINT", 38}}};

std::optional<Digits> digits_of(const std::string& type) {
    for (const auto& [name, whole] : integers)
        if (type == name) return Digits{whole, 0};
    int width = 0, scale = 0;
    if (std::sscanf(type.c_str(), "DECIMAL(%d,%d)", &width, &scale) == 2)
        return Digits{width - scale, scale};
    return std::nullopt;
}

bool is_floating(const std::string& type) { return type == "DOUBLE" || type == "FLOAT"; }

std::string number_with(const Digits& digits, bool is_whole) {
    if (is_whole)
        for (const auto& [name, whole] : integers)
            if (whole >= digits.whole) return name;
    const int width = digits.whole + digits.scale;
    if (width > 38) return "DOUBLE";
    return "DECIMAL(" + std::to_string(width) + "," + std::to_string(digits.scale) + ")";
}

std::optional<std::string> moment(const std::string& a, const std::string& b) {
    if ((a == "DATE" && b == "TIMESTAMP") || (a == "TIMESTAMP" && b == "DATE")) return "TIMESTAMP";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> widened(const std::string& a, const std::string& b) {
    if (a == b) return a;
    const auto left = digits_of(a), right = digits_of(b);
    if (left && right)
        return number_with(
            {std::max(left->whole, right->whole), std::max(left->scale, right->scale)},
            !a.starts_with("DECIMAL") && !b.starts_with("DECIMAL"));
    if ((left || is_floating(a)) && (right || is_floating(b))) return "DOUBLE";
    return moment(a, b);
}

}  // namespace ingot::bronze
