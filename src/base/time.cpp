#include "base/time.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace ingot {

namespace {

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

std::string padded(long value, int width) {
    std::string text = std::to_string(value);
    while (static_cast<int>(text.size()) < width) text.insert(text.begin(), '0');
    return text;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)),
               day = number(text.substr(8, 2));
    if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return Date(date);
}

std::optional<std::chrono::microseconds> parse_duration(std::string_view text) {
    using namespace std::chrono;
    static constexpr std::pair<std::string_view, microseconds> units[] = {{"ms", milliseconds(1)},
        {"s", seconds(1)}, {"m", minutes(1)}, {"h", hours(1)}, {"d", days(1)}, {"w", weeks(1)}};
    for (const auto& [unit, length] : units) {
        if (!text.ends_with(unit)) continue;
        const auto count = number(text.substr(0, text.size() - unit.size()));
        if (count && *count >= 0) return *count * length;
    }
    return std::nullopt;
}

std::string to_string(Date date) { return format_date(date, "%Y-%m-%d"); }

std::string format_date(Date date, std::string_view pattern) {
    const std::chrono::year_month_day parts(date);
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%' || i + 1 == pattern.size()) {
            out += pattern[i];
            continue;
        }
        switch (pattern[++i]) {
            case 'Y': out += padded(int(parts.year()), 4); break;
            case 'y': out += padded(int(parts.year()) % 100, 2); break;
            case 'm': out += padded(unsigned(parts.month()), 2); break;
            case 'd': out += padded(unsigned(parts.day()), 2); break;
            case 'j': out += padded((date - Date(parts.year() / 1 / 1)).count() + 1, 3); break;
            case '%': out += '%'; break;
            default: out += '%', out += pattern[i];
        }
    }
    return out;
}

std::string to_string(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const auto micros = (instant - day).count();
    const long seconds = static_cast<long>(micros / 1'000'000);
    return to_string(day) + "T" + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) +
           ":" + padded(seconds % 60, 2) + "." + padded(static_cast<long>(micros % 1'000'000), 6) +
           "Z";
}

std::optional<Instant> parse_instant(std::string_view text) {
    const auto date = parse_date(text.substr(0, std::min<std::size_t>(10, text.size())));
    if (!date) return std::nullopt;
    Instant instant = *date;
    if (text.size() == 10) return instant;
    if (text.size() < 19) return std::nullopt;
    const auto hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)),
               second = number(text.substr(17, 2));
    if (!hour || !minute || !second) return std::nullopt;
    instant +=
        std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
    if (text.size() > 20 && text[19] == '.') {
        long scale = 100'000, micros = 0;
        for (std::size_t i = 20; i < text.size() && text[i] >= '0' && text[i] <= '9';
            ++i, scale /= 10)
            micros += (text[i] - '0') * scale;
        instant += std::chrono::microseconds(micros);
    }
    return instant;
}

Clock Clock::from_environment() {
    Clock clock;
    if (const char* fixed = std::getenv("INGOT_CLOCK")) clock.fixed_ = parse_instant(fixed);
    return clock;
}

Instant Clock::now() const {
    if (fixed_) return *fixed_;
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace ingot
