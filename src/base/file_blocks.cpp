#include "base/file_blocks.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace ingot {

namespace {

constexpr std::size_t block =
    1U << 18U;  // stays in the processor's cache between reading and hashing

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& path)
        : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

private:
    int fd_;
};

}  // namespace

Status read_blocks(const std::filesystem::path& path,
    const std::function<void(const char* bytes, std::size_t size)>& take) {
    const Descriptor file(path);
    if (file.get() < 0)
        return fail("STG001", "cannot open " + path.string() + ": " + std::strerror(errno));
    std::vector<char> buffer(block);
    for (;;) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got == 0) return {};
        if (got > 0)
            take(buffer.data(), static_cast<std::size_t>(got));
        else if (errno != EINTR)
            return fail("STG001", "cannot read " + path.string() + ": " + std::strerror(errno));
    }
}

}  // namespace ingot
