#include "data/json_numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ingot::json {

namespace {

// Any decimal of so many digits comes back from a DOUBLE.
constexpr std::size_t digits_of_any_double = 15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// As a BIGINT prints: no minus before zero, and within its range.
bool is_bigint(std::string_view number) {
    constexpr std::string_view least = "9223372036854775808", most = "9223372036854775807";
    const bool is_negative = number.starts_with('-');
    const auto digits = number.substr(is_negative ? 1 : 0);
    if (!std::ranges::all_of(digits, is_digit)) return false;
    if (digits == "0") return !is_negative;
    if (digits.size() != most.size()) return digits.size() < most.size();
    return digits <= (is_negative ? least : most);
}

// 0.<digits> times ten to the power, without zeros at either end; zero has no digits.
struct Decimal {
    std::string digits{};
    std::int64_t power = 0;
    bool operator==(const Decimal&) const = default;
};

Decimal decimal_of(std::string_view number) {
    Decimal decimal;
    const auto exponent = std::min(number.find_first_of("eE"), number.size());
    const auto mantissa = number.substr(0, exponent);
    const auto point = std::min(mantissa.find('.'), mantissa.size());
    for (const char c : mantissa)
        if (is_digit(c)) decimal.digits += c;
    decimal.power = static_cast<std::int64_t>(point) - (mantissa.starts_with('-') ? 1 : 0);
    const auto first = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
    decimal.digits.erase(0, first);
    decimal.power -= static_cast<std::int64_t>(first);
    decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
    if (decimal.digits.empty()) return {};
    if (exponent < number.size()) {
        auto written = number.substr(exponent + 1);
        if (written.starts_with('+')) written.remove_prefix(1);
        std::int64_t more = 0;
        std::from_chars(written.data(), written.data() + written.size(), more);
        decimal.power += more;
    }
    return decimal;
}

// The shortest text that gives the nearest DOUBLE says the same number.
bool is_double(std::string_view number) {
    const bool has_exponent = number.find_first_of("eE") != std::string_view::npos;
    if (!has_exponent && number.size() <= digits_of_any_double) return true;
    double nearest = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), nearest);
    if (read.ec != std::errc() || !std::isfinite(nearest)) return false;
    std::array<char, 40> buffer{};
    const auto printed =
        std::to_chars(buffer.begin(), buffer.end(), nearest, std::chars_format::scientific);
    return decimal_of(number) == decimal_of({buffer.data(), printed.ptr});
}

// The digits after the point, for what a DECIMAL prints as it is written; none otherwise. -0.0 prints as 0.0.
std::size_t scale_of(std::string_view number) {
    const auto point = number.find('.');
    if (point == std::string_view::npos || number.find_first_of("eE") != std::string_view::npos)
        return 0;
    const bool is_minus_zero =
        number.starts_with('-') && number.find_first_of("123456789") == std::string_view::npos;
    return is_minus_zero ? 0 : number.size() - point - 1;
}

}  // namespace

void Numbers::look_at(std::string_view number) {
    if (are_bigint_ && !is_bigint(number)) are_bigint_ = false;
    if (are_double_ && !is_double(number)) are_double_ = false;
    if (are_decimal_) {
        const auto scale = scale_of(number);
        if (scale == 0 || (scale_ != 0 && scale != scale_)) are_decimal_ = false;
        scale_ = scale;
        longest_ = std::max(longest_, number.size());
    }
}

std::string Numbers::type() const {
    if (are_bigint_) return "BIGINT";
    if (are_double_) return "DOUBLE";
    if (!are_decimal_ || longest_ > 38) return "VARCHAR";
    return "DECIMAL(" + std::to_string(longest_ <= 18 ? 18 : 38) + "," + std::to_string(scale_) +
           ")";
}

}  // namespace ingot::json
