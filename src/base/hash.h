#pragma once
// SHA-256 of text and files, as lower-case hex.
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

std::string sha256(std::string_view bytes);

// Reads the file once; STG001 when it cannot be read.
Result<std::string> sha256_file(const std::filesystem::path& path);

}  // namespace ingot
