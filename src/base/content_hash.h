#pragma once
// XXH64 of a file: whether content is what it was, at the speed of memory. Not against forgers; for those, sha256.
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

// 16 lower-case hex digits.
std::string xxh64(std::string_view bytes);

// Reads the file once; STG001 when it cannot be read.
Result<std::string> xxh64_file(const std::filesystem::path& path);

}  // namespace ingot
