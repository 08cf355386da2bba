#pragma once
// When a request may be made: a token bucket and a sliding window, a breaker for servers that are down, and how long to
// wait before another attempt. All of it is told what time it is.
#include <deque>
#include <mutex>
#include <optional>
#include <random>

#include "platform/http/http.h"

namespace ingot::http {

// The moments at which requests may go. Thread-safe.
class RateLimit {
public:
    explicit RateLimit(const Pace& pace);
    // Takes one request's place and says when it may go: now or later.
    Moment reserve(Moment now);
    // Nobody goes before this: a server said when it will answer again.
    void hold(Moment until);

private:
    std::mutex mutex_;
    Pace pace_;
    double tokens_;
    Moment filled_{};
    Moment held_{};
    std::deque<Moment> recent_;  // the places taken last, as many as a window takes
};

// Closed: requests go. After so many failures one after another it opens: nothing goes for a while. Then one request is
// let through, and what becomes of it decides. Thread-safe.
class Breaker {
public:
    explicit Breaker(const Breaking& breaking) : breaking_(breaking) {}
    bool lets_through(Moment now);
    void succeeded();
    void failed(Moment now);
    int failures() const { return breaking_.failures; }

private:
    std::mutex mutex_;
    Breaking breaking_;
    int failed_ = 0;
    Moment opens_{};
};

class Gate {
public:
    Gate(const Pace& pace, const Breaking& breaking) : rate(pace), breaker(breaking) {}
    RateLimit rate;
    Breaker breaker;
};

// Before attempt `attempt` + 1: doubled each time, at most `most`, and spread so that many do not come at once.
// `random` in [0, 1).
Duration delay_after(const Retry& retry, int attempt, double random);

// Retry-After: seconds, or a date (as seconds since the epoch by `date`); never negative.
std::optional<Duration> retry_after(std::string_view header, Instant now,
    const std::function<std::optional<std::int64_t>(const std::string&)>& date);

}  // namespace ingot::http
