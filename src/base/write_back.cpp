#include "base/write_back.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace ingot {

namespace {

constexpr std::chrono::milliseconds pause{25};

void push(const std::stop_token& stop, const std::filesystem::path& path) {
    std::mutex mutex;
    std::condition_variable_any waiting;
    std::unique_lock lock(mutex);
    int file = -1;
    while (!waiting.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) {
        if (file < 0) file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file >= 0) ::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    if (file >= 0) ::close(file);
}

}  // namespace

WriteBack::WriteBack(std::filesystem::path path)
    : thread_([path = std::move(path)](const std::stop_token& stop) { push(stop, path); }) {}

}  // namespace ingot
