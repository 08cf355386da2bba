#include "platform/connector/process/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ingot::process {

Result<MemoryFile> MemoryFile::with(std::string_view text) {
    MemoryFile file(::memfd_create("ingot", MFD_CLOEXEC));
    if (file.fd_ < 0)
        return fail(
            "EXT130", std::string("no file in memory can be made: ") + std::strerror(errno));
    while (!text.empty()) {
        const auto written = ::write(file.fd_, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0)
            return fail(
                "EXT130", std::string("cannot write a file in memory: ") + std::strerror(errno));
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return file;
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

MemoryFile::~MemoryFile() {
    if (fd_ >= 0) ::close(fd_);
}

std::string MemoryFile::path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd_);
}

}  // namespace ingot::process
