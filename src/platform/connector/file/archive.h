#pragma once
// What the engine and zlib do not unpack: archives with their members, and streams packed as bzip2 or xz.
#include <memory>
#include <string>

#include "platform/connector/file/unpack.h"

namespace ingot::file {

// A file packed as one stream. EXT102 when it cannot be unpacked.
Result<std::unique_ptr<ByteStream::Source>> open_packed(const std::string& path);

}  // namespace ingot::file
