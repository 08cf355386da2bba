#include "medallion/bronze/shared_type.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace ingot::bronze {

namespace {

struct Digits {
    int whole = 0;
    int scale = 0;
};

// Whole numbers and decimals by the digits they can hold.
std::optional<Digits> digits_of(const std::string& type) {
    static constexpr std::array<std::pair<const char*, int>, 7> integers{
        {{"TINYINT", 3}, {"UTINYINT", 3}, {"SMALLINT", 5}, {"USMALLINT", 5}, {"INTEGER", 10},
            {"UINTEGER", 10}, {"BIGINT", 19}}};
    for (const auto& [name, whole] : integers)
        if (type == name) return Digits{whole, 0};
    if (type == "UBIGINT") return Digits{20, 0};
    int width = 0, scale = 0;
    if (std::sscanf(type.c_str(), "DECIMAL(%d,%d)", &width, &scale) == 2)
        return Digits{width - scale, scale};
    return std::nullopt;
}

bool is_integer(const std::string& type) { return !type.starts_with("DECIMAL"); }

std::string number_type(const std::vector<std::string>& types) {
    Digits most;
    bool all_integers = true;
    for (const auto& type : types) {
        const auto digits = digits_of(type);
        if (!digits) return "VARCHAR";
        most = {std::max(most.whole, digits->whole), std::max(most.scale, digits->scale)};
        all_integers = all_integers && is_integer(type);
    }
    if (all_integers && most.whole <= 19) return most.whole <= 5 ? "INTEGER" : "BIGINT";
    // Decimals of another scale would print other text than came; whole numbers among decimals likewise.
    const bool one_scale = std::ranges::all_of(
        types, [&](const auto& type) { return digits_of(type)->scale == most.scale; });
    if (!one_scale || most.whole + most.scale > 38) return "VARCHAR";
    return "DECIMAL(" + std::to_string(most.whole + most.scale) + "," + std::to_string(most.scale) +
           ")";
}

}  // namespace

std::string shared_type(const std::vector<std::string>& types) {
    if (types.empty()) return "VARCHAR";
    const bool all_one =
        std::ranges::all_of(types, [&](const auto& type) { return type == types.front(); });
    return all_one ? types.front() : number_type(types);
}

}  // namespace ingot::bronze
