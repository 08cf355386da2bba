#include "project/read/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

namespace ingot::project {

namespace {

bool is_one_of(std::string_view text, std::array<std::string_view, 3> spellings) {
    return std::ranges::find(spellings, text) != spellings.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Number, class... Base>
std::optional<Number> parsed(std::string_view text, Base... base) {
    Number out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base...);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
}

std::optional<std::int64_t> integer(std::string_view text) {
    if (text.starts_with("0x")) return parsed<std::int64_t>(text.substr(2), 16);
    if (text.starts_with("0o")) return parsed<std::int64_t>(text.substr(2), 8);
    if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
    return parsed<std::int64_t>(text, 10);
}

std::optional<double> special_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (is_one_of(text, {".inf", ".Inf", ".INF"}))
        return negative ? -std::numeric_limits<double>::infinity()
                        : std::numeric_limits<double>::infinity();
    if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

std::optional<double> number(std::string_view text) {
    if (const auto special = special_number(text)) return special;
    if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
    if (text.size() > 1 && text.front() == '+') text.remove_prefix(1);
    return parsed<double>(text);
}

}  // namespace

config::Value plain_scalar(std::string raw, Span span) {
    config::Value value;
    value.span = span;
    value.raw = std::move(raw);
    const std::string_view text = value.raw;
    if (text.empty() || text == "~" || is_one_of(text, {"null", "Null", "NULL"})) return value;
    const char first = text.front();
    if (first == 't' || first == 'T' || first == 'f' || first == 'F') {
        if (is_one_of(text, {"true", "True", "TRUE"}))
            value.data = true;
        else if (is_one_of(text, {"false", "False", "FALSE"}))
            value.data = false;
        else
            value.data = value.raw;
    } else if (!is_digit(first) && first != '-' && first != '+' && first != '.') {
        value.data = value.raw;
    } else if (const auto whole = integer(text)) {
        value.data = *whole;
    } else if (const auto real = number(text)) {
        value.data = *real;
    } else {
        value.data = value.raw;
    }
    return value;
}

}  // namespace ingot::project
