#pragma once
// A file's bytes, block by block.
#include <cstddef>
#include <filesystem>
#include <functional>

#include "base/result.h"

namespace ingot {

// Reads the file once, from the beginning; STG001 with the path and the system's words when it cannot.
Status read_blocks(const std::filesystem::path& path,
    const std::function<void(const char* bytes, std::size_t size)>& take);

}  // namespace ingot
