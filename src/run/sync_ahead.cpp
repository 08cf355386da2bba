#include "run/sync_ahead.h"

#include <system_error>
#include <utility>

namespace ingot::run {

namespace {

// A disk writes its journal once for those that wait together; a store is sent each file in several parts at once.
constexpr std::size_t most_workers = 4;

}  // namespace

void SyncAhead::begin(std::string path) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(path));
    if (idle_ >= waiting_.size() || workers_.size() == most_workers) {
        changed_.notify_one();
        return;
    }
    try {
        workers_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
        // No thread to be had: finish() does what is left.
    }
}

Status SyncAhead::finish() {
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_all();
    work();
    workers_.clear();
    is_over_ = false;
    if (failure_) return std::unexpected(*std::exchange(failure_, std::nullopt));
    return {};
}

void SyncAhead::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [&] { return !waiting_.empty() || is_over_; });
        --idle_;
        if (waiting_.empty()) return;
        const auto path = std::move(waiting_.front());
        waiting_.pop_front();
        if (failure_) continue;
        lock.unlock();
        auto done = files_.sync(path);
        lock.lock();
        if (!done && !failure_) failure_ = std::move(done).error();
    }
}

}  // namespace ingot::run
