#include "platform/table/deletion_vector.h"

#include <array>

#include <zlib.h>

#include "base/hash.h"

namespace ingot::table {

namespace {

constexpr std::string_view alphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
constexpr std::size_t uuid_in_z85 = 20;

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string in_big_endian(std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFFU);
    return out;
}

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::string hex_of(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += {digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

std::string file_named(std::string_view uuid) {
    const auto hex = hex_of(uuid);
    return "deletion_vector_" + hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" +
           hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20, 12) + ".bin";
}

std::unexpected<Error> damaged(const std::string& why) {
    return fail("STG103", "a deletion vector is damaged: " + why);
}

}  // namespace

std::string unique_id(const DeletionVector& vector) {
    return vector.storage + vector.where +
           (vector.offset ? "@" + std::to_string(*vector.offset) : "");
}

Result<std::string> place_of(const DeletionVector& vector) {
    if (vector.storage == "i") return std::string();
    if (vector.storage == "p") return vector.where;
    if (vector.storage != "u" || vector.where.size() < uuid_in_z85)
        return fail("STG101",
            "a deletion vector is kept in a way ('" + vector.storage + "') that cannot be read");
    const auto prefix = vector.where.substr(0, vector.where.size() - uuid_in_z85);
    const auto uuid = TRY(from_z85(std::string_view(vector.where).substr(prefix.size())));
    return (prefix.empty() ? "" : prefix + "/") + file_named(uuid);
}

std::string framed(std::string_view set) {
    return in_big_endian(static_cast<std::uint32_t>(set.size())) + std::string(set) +
           in_big_endian(checksum(set));
}

Result<RowSet> unframed(std::string_view bytes, std::int64_t size) {
    if (size < 0 || std::cmp_not_equal(bytes.size(), size + bytes_around))
        return damaged("its file ends within it");
    if (std::cmp_not_equal(big_endian(bytes), size))
        return damaged("its file says another size than the log");
    const auto set = bytes.substr(4, static_cast<std::size_t>(size));
    if (big_endian(bytes.substr(4 + set.size())) != checksum(set))
        return damaged("its checksum is another");
    return RowSet::parse(set);
}

Result<RowSet> parse_inline(const DeletionVector& vector) {
    const auto bytes = TRY(from_z85(vector.where));
    if (vector.size < 0 || std::cmp_less(bytes.size(), vector.size))
        return damaged("the log says another size");
    return RowSet::parse(std::string_view(bytes).substr(0, static_cast<std::size_t>(vector.size)));
}

VectorFile fresh_vector_file(std::string_view seed) {
    const auto hex = sha256(seed);
    std::string uuid;
    for (std::size_t i = 0; i < 32; i += 2)
        uuid += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    uuid[6] = static_cast<char>((uuid[6] & 0x0F) | 0x40);
    uuid[8] = static_cast<char>((uuid[8] & 0x3F) | 0x80);
    return {file_named(uuid), z85(uuid)};
}

std::string z85(std::string_view bytes) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 4) {
        std::string group(bytes.substr(at, 4));
        group.resize(4);
        auto value = big_endian(group);
        std::array<char, 5> digits{};
        for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, value /= 85)
            *digit = alphabet[value % 85];
        out.append(digits.data(), digits.size());
    }
    return out;
}

Result<std::string> from_z85(std::string_view text) {
    std::string out;
    if (text.size() % 5 != 0) return damaged("its name or bytes are no Z85");
    for (std::size_t at = 0; at < text.size(); at += 5) {
        std::uint64_t value = 0;
        for (const char c : text.substr(at, 5)) {
            const auto digit = alphabet.find(c);
            if (digit == std::string_view::npos) return damaged("its name or bytes are no Z85");
            value = value * 85 + digit;
        }
        if (value > 0xFFFFFFFFULL) return damaged("its name or bytes are no Z85");
        out += in_big_endian(static_cast<std::uint32_t>(value));
    }
    return out;
}

}  // namespace ingot::table
