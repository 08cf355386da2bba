#pragma once
// The bytes of a file, unpacked as they are read.
#include <memory>
#include <string>

#include "platform/connector/file.h"

namespace ingot::file {

class ByteStream {
public:
    static Result<ByteStream> open(const std::string& path, Packing packing);
    // Fewer than `size` only near the end; 0 at the end. EXT102 when the file is damaged.
    Result<std::size_t> read(char* into, std::size_t size) { return source_->read(into, size); }

    struct Source {
        virtual ~Source() = default;
        virtual Result<std::size_t> read(char* into, std::size_t size) = 0;
    };

private:
    explicit ByteStream(std::unique_ptr<Source> source) : source_(std::move(source)) {}
    std::unique_ptr<Source> source_;
};

}  // namespace ingot::file
