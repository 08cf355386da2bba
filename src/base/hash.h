#pragma once
// SHA-256 of text and files, as lower-case hex.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

// Of bytes that come piece by piece.
class Sha256 {
public:
    Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256();
    void add(std::string_view bytes);
    std::string hex();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

std::string sha256(std::string_view bytes);

// Reads the file once; STG001 when it cannot be read.
Result<std::string> sha256_file(const std::filesystem::path& path);

}  // namespace ingot
