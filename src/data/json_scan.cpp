#include "data/json_scan.h"

#include <bit>
#include <cctype>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

namespace ingot::json {

namespace {

constexpr int deepest = 512;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::uint64_t every(unsigned char byte) { return 0x0101010101010101ULL * byte; }

// The high bit of each byte that is zero; bytes above the first such may be marked wrongly.
constexpr std::uint64_t zeros(std::uint64_t bytes) {
    return (bytes - every(1)) & ~bytes & every(0x80);
}

// The first quote, backslash or control character from `at` on. Many bytes at once: most of JSON is inside quotes.
std::size_t end_of_plain(std::string_view text, std::size_t at) {
#ifdef __SSE2__
    const auto quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const auto last_control = _mm_set1_epi8(0x1f);
    for (; at + 16 <= text.size(); at += 16) {
        const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        const auto ends = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
            _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes));
        if (const auto marks = static_cast<unsigned>(_mm_movemask_epi8(ends)))
            return at + static_cast<std::size_t>(std::countr_zero(marks));
    }
#endif
    while (std::endian::native == std::endian::little && at + 8 <= text.size()) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + at, 8);
        const auto marks = zeros(bytes ^ every('"')) | zeros(bytes ^ every('\\')) |
                           ((bytes - every(0x20)) & ~bytes & every(0x80));
        if (marks != 0) return at + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
        at += 8;
    }
    const auto is_plain = [](char c) {
        return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
    };
    while (at < text.size() && is_plain(text[at])) ++at;
    return at;
}

std::optional<std::uint32_t> four_hex(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (std::isxdigit(c) == 0) return std::nullopt;
        value = value * 16 + static_cast<std::uint32_t>(
                                 is_digit(text[i]) ? c - '0' : std::tolower(c) - 'a' + 10);
    }
    return value;
}

}  // namespace

std::optional<std::string_view> Scan::value() {
    skip_space();
    const auto begin = at_;
    if (!pass_value(0)) return std::nullopt;
    return text_.substr(begin, at_ - begin);
}

bool Scan::pass_value(int depth) {
    if (at_ >= text_.size() || depth > deepest) return false;
    switch (text_[at_]) {
        case '{': return pass_members(depth);
        case '[': return pass_elements(depth);
        case '"': return pass_string();
        case 't': return pass_word("true");
        case 'f': return pass_word("false");
        case 'n': return pass_word("null");
        default: return pass_number();
    }
}

bool Scan::pass_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
}

bool Scan::pass_string() {
    if (!take('"')) return false;
    for (;;) {
        at_ = end_of_plain(text_, at_);
        if (at_ >= text_.size()) return false;
        if (text_[at_] == '"') return ++at_, true;
        if (text_[at_] != '\\') return false;
        if (++at_ >= text_.size() || !std::string_view("\"\\/bfnrtu").contains(text_[at_]))
            return false;
        if (text_[at_] == 'u') {
            if (!four_hex(text_, at_ + 1)) return false;
            at_ += 4;
        }
        ++at_;
    }
}

bool Scan::pass_number() {
    const auto digits = [&] {
        const auto begin = at_;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        return at_ > begin;
    };
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
        ++at_;
        if (!take('+')) take('-');
        if (!digits()) return false;
    }
    return true;
}

bool Scan::pass_members(int depth) {
    take('{');
    skip_space();
    if (take('}')) return true;
    for (;;) {
        skip_space();
        if (!pass_string()) return false;
        skip_space();
        if (!take(':')) return false;
        skip_space();
        if (!pass_value(depth + 1)) return false;
        skip_space();
        if (take('}')) return true;
        if (!take(',')) return false;
    }
}

bool Scan::pass_elements(int depth) {
    take('[');
    skip_space();
    if (take(']')) return true;
    for (;;) {
        skip_space();
        if (!pass_value(depth + 1)) return false;
        skip_space();
        if (take(']')) return true;
        if (!take(',')) return false;
    }
}

void each_member(
    std::string_view object, const std::function<void(std::string_view, std::string_view)>& found) {
    Scan scan(object);
    scan.take('{');
    scan.skip_space();
    if (scan.take('}')) return;
    do {
        const auto key = *scan.value();
        scan.skip_space();
        scan.take(':');
        const auto value = *scan.value();
        found(key, value);
        scan.skip_space();
    } while (scan.take(','));
}

Status each_element(std::string_view list, const std::function<Status(std::string_view)>& found) {
    Scan scan(list);
    scan.take('[');
    scan.skip_space();
    if (scan.take(']')) return {};
    do {
        TRY(found(*scan.value()));
        scan.skip_space();
    } while (scan.take(','));
    return {};
}

std::optional<std::string> text_of(std::string_view quoted) {
    const auto inner = quoted.substr(1, quoted.size() - 2);
    std::string out;
    out.reserve(inner.size());
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\') {
            out += inner[i];
            continue;
        }
        constexpr std::string_view words = "\"\\/bfnrt", bytes = "\"\\/\b\f\n\r\t";
        if (const auto at = words.find(inner[++i]); at != std::string_view::npos) {
            out += bytes[at];
            continue;
        }
        const auto high = *four_hex(inner, i + 1);
        i += 4;
        if (high < 0xD800 || high > 0xDFFF) {
            append_utf8(out, high);
            continue;
        }
        const bool has_more = inner.substr(i + 1, 2) == "\\u";
        const auto low = has_more ? *four_hex(inner, i + 3) : 0;
        if (high > 0xDBFF || low < 0xDC00 || low > 0xDFFF) return std::nullopt;
        append_utf8(out, 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00));
        i += 6;
    }
    return out;
}

}  // namespace ingot::json
