#include "platform/storage/pace.h"

#include <algorithm>
#include <thread>

namespace ingot::storage {

void Pace::take_request(std::int64_t bytes) {
    double seconds = 0;
    if (limits_.requests_per_second > 0) seconds = 1 / limits_.requests_per_second;
    if (limits_.bytes_per_second > 0)
        seconds = std::max(seconds, static_cast<double>(bytes) / limits_.bytes_per_second);
    wait(seconds);
}

void Pace::take_bytes(std::int64_t bytes) {
    if (limits_.bytes_per_second > 0) wait(static_cast<double>(bytes) / limits_.bytes_per_second);
}

// Each takes its time from a common line; whoever finds the line free does not wait.
void Pace::wait(double seconds) {
    if (seconds <= 0) return;
    std::chrono::steady_clock::time_point turn;
    {
        const std::scoped_lock lock(mutex_);
        turn = std::max(free_at_, std::chrono::steady_clock::now());
        free_at_ = turn + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                              std::chrono::duration<double>(seconds));
    }
    std::this_thread::sleep_until(turn);
}

std::chrono::seconds Breaker::closed_for() {
    const std::scoped_lock lock(mutex_);
    const auto left = open_at_ - std::chrono::steady_clock::now();
    return left.count() <= 0 ? std::chrono::seconds{0}
                             : std::chrono::ceil<std::chrono::seconds>(left);
}

void Breaker::succeeded() {
    const std::scoped_lock lock(mutex_);
    failures_ = 0;
}

void Breaker::failed() {
    const std::scoped_lock lock(mutex_);
    // After the rest one request tries the store; it fails at once into the next rest, or succeeds.
    if (++failures_ >= most_failures) open_at_ = std::chrono::steady_clock::now() + rest;
}

}  // namespace ingot::storage
