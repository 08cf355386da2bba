#pragma once
// Files are made durable (in a store: sent) while the next ones are computed.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/storage/file_system.h"

namespace ingot::run {

class SyncAhead {
public:
    explicit SyncAhead(storage::FileSystem& files) : files_(files) {}
    SyncAhead(const SyncAhead&) = delete;
    SyncAhead& operator=(const SyncAhead&) = delete;
    ~SyncAhead() { (void)finish(); }

    // As FileSystem::sync, later.
    void begin(std::string path);
    // All that was begun is durable, or the first error. To be asked before anything names the files.
    Status finish();

private:
    void work();

    storage::FileSystem& files_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> waiting_;
    std::size_t idle_ = 0;
    bool is_over_ = false;
    std::optional<Error> failure_;
    std::vector<std::jthread> workers_;
};

}  // namespace ingot::run
