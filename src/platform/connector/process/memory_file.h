#pragma once
// A file without a place on any disk, for what a program must read and nobody else may: it is gone with this process,
// however that ends.
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot::process {

class MemoryFile {
public:
    static Result<MemoryFile> with(std::string_view text);
    MemoryFile(MemoryFile&& other) noexcept;
    MemoryFile& operator=(MemoryFile&&) = delete;
    ~MemoryFile();
    // A path that other processes of the same user can open, as long as this lives.
    std::string path() const;

private:
    explicit MemoryFile(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace ingot::process
