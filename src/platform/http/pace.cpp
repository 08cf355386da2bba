#include "platform/http/pace.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace ingot::http {

namespace {

Duration seconds_of(double seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

RateLimit::RateLimit(const Pace& pace) : pace_(pace) {
    if (pace_.burst <= 0)
        pace_.burst = std::max<std::int64_t>(1, std::llround(std::ceil(pace_.per_second)));
    tokens_ = static_cast<double>(pace_.burst);
}

Moment RateLimit::reserve(Moment now) {
    const std::lock_guard lock(mutex_);
    auto go = std::max(now, held_);
    if (pace_.per_second > 0) {
        // Tokens go below zero for places taken ahead; the debt is the wait.
        if (filled_ == Moment{}) filled_ = now;
        const std::chrono::duration<double> since = now - filled_;
        tokens_ =
            std::min(static_cast<double>(pace_.burst), tokens_ + since.count() * pace_.per_second);
        filled_ = now;
        tokens_ -= 1;
        if (tokens_ < 0) go = std::max(go, now + seconds_of(-tokens_ / pace_.per_second));
    }
    if (pace_.window_requests > 0) {
        while (recent_.size() > static_cast<std::size_t>(pace_.window_requests))
            recent_.pop_front();
        if (recent_.size() == static_cast<std::size_t>(pace_.window_requests)) {
            go = std::max(go, recent_.front() + pace_.window);
            recent_.pop_front();
        }
        recent_.push_back(go);
    }
    return go;
}

void RateLimit::hold(Moment until) {
    const std::lock_guard lock(mutex_);
    held_ = std::max(held_, until);
}

bool Breaker::lets_through(Moment now) {
    const std::lock_guard lock(mutex_);
    if (failed_ < breaking_.failures) return true;
    if (now < opens_) return false;
    opens_ = now + breaking_.pause;  // for all but this one, until it is known what becomes of it
    return true;
}

void Breaker::succeeded() {
    const std::lock_guard lock(mutex_);
    failed_ = 0;
}

void Breaker::failed(Moment now) {
    const std::lock_guard lock(mutex_);
    if (++failed_ >= breaking_.failures) opens_ = now + breaking_.pause;
}

Duration delay_after(const Retry& retry, int attempt, double random) {
    const auto doubled = static_cast<double>(retry.base.count()) * std::pow(2.0, attempt - 1);
    const auto delay = std::min(doubled, static_cast<double>(retry.most.count()));
    return Duration(std::llround(delay * (1 + retry.jitter * (2 * random - 1))));
}

std::optional<Duration> retry_after(std::string_view header, Instant now,
    const std::function<std::optional<std::int64_t>(const std::string&)>& date) {
    double seconds = 0;
    const auto* end = header.data() + header.size();
    const auto read = std::from_chars(header.data(), end, seconds);
    if (read.ec == std::errc{} && read.ptr == end)
        return seconds >= 0 && seconds < 1e9 ? std::optional(seconds_of(seconds)) : std::nullopt;
    const auto when = date(std::string(header));
    if (!when) return std::nullopt;
    return std::max(Duration{}, Instant(std::chrono::seconds(*when)) - now);
}

std::shared_ptr<Gate> gate_of(const std::string& key, const Pace& pace, const Breaking& breaking) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<Gate>> gates;
    const std::lock_guard lock(mutex);
    auto& gate = gates[key];
    if (!gate) gate = std::make_shared<Gate>(pace, breaking);
    return gate;
}

}  // namespace ingot::http
