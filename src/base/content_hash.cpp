#include "base/content_hash.h"

#include <xxhash.h>

#include <array>
#include <memory>

#include "base/file_blocks.h"

namespace ingot {

namespace {

std::string hex(XXH64_hash_t value) {
    std::string out(16, '0');
    for (auto at = out.size(); at-- > 0; value >>= 4U) out[at] = "0123456789abcdef"[value & 15U];
    return out;
}

}  // namespace

std::string xxh64(std::string_view bytes) { return hex(XXH64(bytes.data(), bytes.size(), 0)); }

Result<std::string> xxh64_file(const std::filesystem::path& path) {
    const std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state(
        XXH64_createState(), XXH64_freeState);
    XXH64_reset(state.get(), 0);
    TRY(read_blocks(path,
        [&](const char* bytes, std::size_t size) { XXH64_update(state.get(), bytes, size); }));
    return hex(XXH64_digest(state.get()));
}

}  // namespace ingot
