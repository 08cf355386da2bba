#include <charconv>

#include "platform/engine/session.h"

namespace ingot::engine {

const std::string& Rows::text(std::size_t row, std::size_t column) const {
    static const std::string nothing;
    const auto& cell = rows.at(row).at(column);
    return cell ? *cell : nothing;
}

// 0 where the cell is NULL or no whole number.
std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
    const auto& digits = text(row, column);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

}  // namespace ingot::engine
