#pragma once
// Dates and instants. No code below surface/ asks the machine for the time: it is handed a Clock.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ingot {

using Date = std::chrono::sys_days;
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

std::optional<Date> parse_date(std::string_view text);  // YYYY-MM-DD
std::string to_string(Date date);
std::string to_string(Instant instant);  // 2026-01-02T03:04:05.678901Z
std::optional<Instant> parse_instant(std::string_view text);

// "90s", "500ms", "15m", "1h", "2d", "1w"; nothing for anything else or what does not fit.
std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

// strftime-like: %Y %m %d %H %j and literal text.
std::string format_date(Date date, std::string_view pattern);

// The time as the program sees it: fixed by INGOT_CLOCK (ISO) in tests, else the machine's, in UTC.
class Clock {
public:
    static Clock from_environment();
    Instant now() const;

private:
    std::optional<Instant> fixed_;
};

}  // namespace ingot
