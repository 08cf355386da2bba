#include "surface/api/stdout_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace ingot::api {

Result<std::unique_ptr<StdoutPipe>> StdoutPipe::open() {
    std::fflush(stdout);
    // A reader that leaves early (| head) is told by EPIPE, not by the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail("STG001", std::string("cannot make a pipe: ") + std::strerror(errno));
    std::unique_ptr<StdoutPipe> opened(new StdoutPipe(ends[0], ends[1]));
    opened->copying_ = std::jthread([pipe = opened.get()] { pipe->copy(); });
    return opened;
}

// Closing the read end early makes the engine's next write fail, which ends its statement.
void StdoutPipe::copy() {
    std::array<char, 1 << 16> bytes{};
    for (;;) {
        const auto count = read(read_end_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        for (ssize_t done = 0; done < count;) {
            const auto written =
                write(STDOUT_FILENO, bytes.data() + done, static_cast<std::size_t>(count - done));
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) {
                error_ = errno;
                reader_has_gone_ = error_ == EPIPE;
                close(read_end_);
                return;
            }
            done += written;
        }
    }
    close(read_end_);
}

Status StdoutPipe::finish() {
    if (write_end_ >= 0) close(write_end_);
    write_end_ = -1;
    if (copying_.joinable()) copying_.join();
    if (error_ != 0 && !reader_has_gone_)
        return fail("STG001", std::string("cannot write to stdout: ") + std::strerror(error_));
    return {};
}

StdoutPipe::~StdoutPipe() { (void)finish(); }

}  // namespace ingot::api
