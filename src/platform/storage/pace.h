#pragma once
// How fast a store may be asked, and when to stop asking.
#include <chrono>
#include <cstdint>
#include <mutex>

namespace ingot::storage {

// 0: no limit.
struct PaceLimits {
    double bytes_per_second = 0;
    double requests_per_second = 0;
};

// Callers wait their turn. Thread-safe.
class Pace {
public:
    explicit Pace(PaceLimits limits) : limits_(limits) {}
    // Before a request that carries so many bytes up, and again with bytes alone for what came down.
    void take_request(std::int64_t bytes);
    void take_bytes(std::int64_t bytes);

private:
    void wait(double seconds);

    const PaceLimits limits_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point free_at_{};
};

// After several failures in a row nothing is asked for a while, so that a store that is down costs one wait, not one
// for every file. Thread-safe.
class Breaker {
public:
    // How long to leave the store alone; zero when it may be asked.
    std::chrono::seconds closed_for();
    void succeeded();
    void failed();

private:
    static constexpr int most_failures = 4;
    static constexpr std::chrono::seconds rest{20};
    std::mutex mutex_;
    int failures_ = 0;
    std::chrono::steady_clock::time_point open_at_{};
};

}  // namespace ingot::storage
