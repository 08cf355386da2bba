// Encodings of input files. The compressed ones are stored, not squeezed: a reader cannot tell.

#include "encode.h"

#include <algorithm>
#include <cstdint>

namespace ingot::golden {

namespace {

char low_byte(std::uint32_t value) {
    return static_cast<char>(static_cast<unsigned char>(value & 0xffU));
}

constexpr std::size_t largest_block = 60000;

std::uint32_t next_codepoint(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    std::uint32_t point = more == 0 ? lead : lead & (0x3fU >> more);
    for (std::size_t i = 1; i <= more && i < text.size(); ++i) {
        point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    text.remove_prefix(std::min(more + 1, text.size()));
    return point;
}

std::string latin1(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::uint32_t point = next_codepoint(text);
        out += point < 0x100 ? low_byte(point) : '?';
    }
    return out;
}

std::string utf16(std::string_view text, bool big_endian) {
    std::string out;
    const auto put = [&](std::uint32_t unit) {
        out += low_byte(big_endian ? unit >> 8 : unit);
        out += low_byte(big_endian ? unit : unit >> 8);
    };
    put(0xfeff);
    while (!text.empty()) {
        const std::uint32_t point = next_codepoint(text);
        if (point >= 0x10000) {
            put(0xd800 + ((point - 0x10000) >> 10));
            put(0xdc00 + ((point - 0x10000) & 0x3ff));
        } else {
            put(point);
        }
    }
    return out;
}

std::string gzip(std::string_view bytes) {
    std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    std::string_view rest = bytes;
    do {
        const std::string_view block = rest.substr(0, largest_block);
        rest.remove_prefix(block.size());
        const auto size = static_cast<std::uint32_t>(block.size());
        put_little(out, rest.empty() ? 1 : 0, 1);
        put_little(out, size, 2);
        put_little(out, ~size & 0xffffU, 2);
        out += block;
    } while (!rest.empty());
    put_little(out, crc32(bytes), 4);
    put_little(out, static_cast<std::uint32_t>(bytes.size()), 4);
    return out;
}

std::string zstd(std::string_view bytes) {
    std::string out("\x28\xb5\x2f\xfd\xa0", 5);  // one segment, size in four bytes, no checksum
    put_little(out, static_cast<std::uint32_t>(bytes.size()), 4);
    do {
        const std::string_view block = bytes.substr(0, largest_block);
        bytes.remove_prefix(block.size());
        put_little(
            out, (static_cast<std::uint32_t>(block.size()) << 3) | (bytes.empty() ? 1U : 0U), 3);
        out += block;
    } while (!bytes.empty());
    return out;
}

std::uint32_t hex_digit(char c) {
    return static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

// \xNN, \n, \r, \t and \\ are bytes; the end of the body is the end of the file.
std::string bytes_of(std::string_view text) {
    if (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char kind = text[++i];
        if (kind == 'x' && i + 2 < text.size()) {
            out += low_byte((hex_digit(text[i + 1]) << 4) | hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
        }
    }
    return out;
}

std::string base64(std::string_view text) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : text) {
        const std::size_t value = digits.find(c);
        if (value == std::string_view::npos) {
            continue;
        }
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out += low_byte(bits >> have);
        }
    }
    return out;
}

std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '\n' ? "\r\n" : std::string(1, c);
    }
    return out;
}

}  // namespace

void put_little(std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += low_byte(value >> (8 * i));
    }
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xffffffffU;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
        }
    }
    return ~crc;
}

std::optional<std::string> encoded(std::string_view text, std::string_view encoding) {
    if (encoding.empty() || encoding == "utf-8") {
        return std::string(text);
    }
    if (encoding == "utf-8-bom") {
        return "\xef\xbb\xbf" + std::string(text);
    }
    if (encoding == "utf-16-le" || encoding == "utf-16-be") {
        return utf16(text, encoding == "utf-16-be");
    }
    if (encoding == "latin-1") {
        return latin1(text);
    }
    if (encoding == "crlf") {
        return with_crlf(text);
    }
    if (encoding == "gzip") {
        return gzip(text);
    }
    if (encoding == "zstd") {
        return zstd(text);
    }
    if (encoding == "zip") {
        return zip(text);
    }
    if (encoding == "tar") {
        return tar(text);
    }
    if (encoding == "base64") {
        return base64(text);
    }
    if (encoding == "bytes") {
        return bytes_of(text);
    }
    return std::nullopt;
}

}  // namespace ingot::golden
