#include "base/content_hash.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

namespace ingot {

namespace {

constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t prime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5ULL;
constexpr std::size_t stripe = 32;

template <class T>
T load(const char* at) {
    T value{};
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
    return std::rotl(lane + input * prime2, 31) * prime1;
}

// Takes any number of pieces, all but the last a multiple of a stripe.
class Xxh64 {
public:
    void add_stripes(const char* at, std::size_t size) {
        for (const char* end = at + size; at != end; at += stripe)
            for (std::size_t i = 0; i < lanes_.size(); ++i)
                lanes_[i] = round(lanes_[i], load<std::uint64_t>(at + i * 8));
        size_ += size;
    }

    std::uint64_t finish(const char* at, std::size_t size) {
        const auto whole = size / stripe * stripe;
        add_stripes(at, whole);
        auto hash = size_ >= stripe ? merged() : prime5;
        at += whole, size -= whole;
        hash += size_ + size;
        for (; size >= 8; at += 8, size -= 8)
            hash = std::rotl(hash ^ round(0, load<std::uint64_t>(at)), 27) * prime1 + prime4;
        for (; size >= 4; at += 4, size -= 4)
            hash = std::rotl(hash ^ (load<std::uint32_t>(at) * prime1), 23) * prime2 + prime3;
        for (; size > 0; ++at, --size)
            hash = std::rotl(hash ^ (static_cast<unsigned char>(*at) * prime5), 11) * prime1;
        hash = (hash ^ hash >> 33U) * prime2;
        hash = (hash ^ hash >> 29U) * prime3;
        return hash ^ hash >> 32U;
    }

private:
    std::uint64_t merged() const {
        auto hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
                    std::rotl(lanes_[3], 18);
        for (const auto lane : lanes_) hash = (hash ^ round(0, lane)) * prime1 + prime4;
        return hash;
    }

    std::array<std::uint64_t, 4> lanes_{prime1 + prime2, prime2, 0, 0 - prime1};
    std::uint64_t size_ = 0;
};

std::string hex(std::uint64_t value) {
    std::string out(16, '0');
    for (auto at = out.size(); at-- > 0; value >>= 4U) out[at] = "0123456789abcdef"[value & 15U];
    return out;
}

}  // namespace

std::string xxh64(std::string_view bytes) {
    return hex(Xxh64().finish(bytes.data(), bytes.size()));
}

Result<std::string> xxh64_file(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail("STG001", "cannot open " + path.string() + ": " + std::strerror(errno));
    Xxh64 hash;
    std::vector<char> buffer(1U << 18U);
    std::size_t have = 0;
    for (;;) {
        const auto got = ::read(fd, buffer.data() + have, buffer.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            const std::string why = std::strerror(errno);
            ::close(fd);
            return fail("STG001", "cannot read " + path.string() + ": " + why);
        }
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
        if (have < buffer.size()) continue;
        hash.add_stripes(buffer.data(), have);
        have = 0;
    }
    ::close(fd);
    return hex(hash.finish(buffer.data(), have));
}

}  // namespace ingot
