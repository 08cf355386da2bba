#include <algorithm>
#include <cctype>
#include <cstdint>

#include "base/utf8.h"
#include "platform/connector/file/text.h"

namespace ingot::file {

namespace {

using namespace std::string_view_literals;

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

bool is_ascii_letter(unsigned char c) { return std::isalpha(c) != 0 && c < 0x80; }

// A byte that is a letter in Latin-1 and stands where one can stand.
bool looks_like_latin1(std::string_view text, std::size_t at) {
    const auto c = byte_at(text, at);
    if (c < 0xC0 || c == 0xD7 || c == 0xF7 || c == 0xFF) return false;
    const auto before = at > 0 ? byte_at(text, at - 1) : static_cast<unsigned char>(0);
    const auto after = at + 1 < text.size() ? byte_at(text, at + 1) : static_cast<unsigned char>(0);
    if (c < 0xDF) return is_ascii_letter(after) && std::islower(before) == 0;
    return is_ascii_letter(before) || is_ascii_letter(after);
}

// Every byte beyond ASCII is a letter of Latin-1 among letters, and none of them are UTF-8 together.
bool is_latin1(std::string_view head) {
    bool any = false;
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (byte_at(head, i) < 0x80) continue;
        if (utf8_length(head, i) > 1 || !looks_like_latin1(head, i)) return false;
        any = true;
    }
    return any;
}

std::size_t append_utf16(std::string& out, std::string_view bytes, bool is_big, bool is_last) {
    const auto unit = [&](std::size_t at) -> std::uint32_t {
        return is_big ? byte_at(bytes, at) << 8U | byte_at(bytes, at + 1)
                      : byte_at(bytes, at + 1) << 8U | byte_at(bytes, at);
    };
    std::size_t at = 0;
    for (; at + 2 <= bytes.size(); at += 2) {
        const auto high = unit(at);
        if (high < 0xD800 || high > 0xDFFF) {
            append_utf8(out, high);
            continue;
        }
        if (at + 4 > bytes.size() && !is_last) return at;
        const auto low = at + 4 <= bytes.size() ? unit(at + 2) : 0;
        const bool is_pair = high < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF;
        append_utf8(out, is_pair ? 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00) : 0xFFFD);
        if (is_pair) at += 2;
    }
    if (!is_last || at == bytes.size()) return at;
    append_utf8(out, 0xFFFD);  // half a unit at the very end
    return bytes.size();
}

}  // namespace

std::string_view without_mark(std::string_view text) {
    return text.starts_with("\xEF\xBB\xBF"sv) ? text.substr(3) : text;
}

Encoding encoding_of(std::string_view head) {
    if (head.starts_with("\xEF\xBB\xBF"sv)) return Encoding::utf8;
    if (head.starts_with("\xFF\xFE"sv) && head.size() >= 4) {
        // Two bytes alone may be broken text of another encoding; UTF-16 text has zeros in its first line.
        if (head.substr(2, 64).find('\0') != std::string_view::npos || head.size() % 2 == 0)
            return Encoding::utf16_le;
    }
    if (head.starts_with("\xFE\xFF"sv) && head.size() >= 4) return Encoding::utf16_be;
    std::size_t zeros[2] = {0, 0};
    const auto start = head.substr(0, 1024);
    for (std::size_t i = 0; i < start.size(); ++i) zeros[i % 2] += start[i] == '\0' ? 1 : 0;
    if (start.size() >= 4 && zeros[1] * 5 > start.size() * 2 && zeros[0] == 0)
        return Encoding::utf16_le;
    if (start.size() >= 4 && zeros[0] * 5 > start.size() * 2 && zeros[1] == 0)
        return Encoding::utf16_be;
    return is_latin1(head) ? Encoding::latin1 : Encoding::utf8;
}

Result<Encoding> encoding_told(const std::string& word) {
    std::string plain;
    for (const unsigned char c : word)
        if (std::isalnum(c) != 0) plain += static_cast<char>(std::tolower(c));
    if (plain == "utf8" || plain == "utf8sig" || plain == "ascii") return Encoding::utf8;
    if (plain == "latin1" || plain == "iso88591" || plain == "l1") return Encoding::latin1;
    if (plain == "utf16" || plain == "utf16le") return Encoding::utf16_le;
    if (plain == "utf16be") return Encoding::utf16_be;
    if (const auto found = single_byte_told(plain)) return *found;
    return fail("EXT103",
        "encoding '" + word +
            "' is not known here; there are utf-8, utf-16, latin-1, iso-8859-2, -5, -7, -9 and -15, "
            "windows-1250 to -1254 and -1257, cp437, cp850, cp852, cp866, koi8-r and mac-roman");
}

std::size_t append_as_utf8(
    std::string& out, std::string_view bytes, Encoding encoding, bool is_last) {
    if (encoding == Encoding::utf16_le || encoding == Encoding::utf16_be)
        return append_utf16(out, bytes, encoding == Encoding::utf16_be, is_last);
    if (encoding == Encoding::utf8)
        out += bytes;
    else if (encoding == Encoding::latin1)
        for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
    else
        append_single_byte(out, bytes, encoding);
    return bytes.size();
}

std::string readable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto length = utf8_length(text, at);
        if (length == 0)
            out += "\xEF\xBF\xBD", ++at;
        else
            out += text.substr(at, length), at += length;
    }
    return out;
}

}  // namespace ingot::file
