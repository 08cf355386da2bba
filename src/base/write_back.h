#pragma once
// The disk takes a file in while it is still being written, so that the sync at its end has little left to wait for.
#include <filesystem>
#include <stop_token>
#include <thread>

namespace ingot {

// As long as it lives. The file need not be there yet. Promises nothing: only a sync says that bytes are on the disk.
class WriteBack {
public:
    explicit WriteBack(std::filesystem::path path);

private:
    std::jthread thread_;
};

}  // namespace ingot
