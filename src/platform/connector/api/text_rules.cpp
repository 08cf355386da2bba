// By RE2, which takes time in proportion to the text, whatever the expression.
#include "platform/connector/api/text_rules.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/time.h"

namespace ingot::api {

namespace {

// \u00e9 of ECMA-262 is \x{00e9} here.
std::string in_re2(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const auto escape = pattern.substr(i, 6);
        const bool is_code =
            escape.size() == 6 && escape.starts_with("\\u") &&
            std::ranges::all_of(escape.substr(2), [](unsigned char c) { return std::isxdigit(c); });
        if (is_code) {
            out.append("\\x{").append(escape.substr(2)).append("}");
            i += 5;
            continue;
        }
        out += pattern[i];
        if (pattern[i] == '\\' && i + 1 < pattern.size()) out += pattern[++i];
    }
    return out;
}

RE2::Options quietly() {
    RE2::Options options;
    options.set_log_errors(false);
    return options;
}

const RE2& compiled(const std::string& pattern) {
    thread_local std::map<std::string, RE2> known;
    const auto it = known.find(pattern);
    return it != known.end() ? it->second
                             : known.try_emplace(pattern, in_re2(pattern), quietly()).first->second;
}

constexpr std::array<std::string_view, 17> names{"date-time", "date", "time", "email", "hostname",
    "ipv4", "ipv6", "uri", "uri-reference", "uuid",
    // Of OpenAPI: how a value is kept, or shown.
    "int32", "int64", "float", "double", "byte", "binary", "password"};

constexpr std::string_view clock =
    R"((?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[zZ]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$)";
constexpr std::string_view of_uri = R"((?:[\w\-.~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$)";

std::string pattern_of(std::string_view format) {
    if (format == "date-time") return R"(^\d{4}-\d{2}-\d{2}[tT])" + std::string(clock);
    if (format == "date") return R"(^\d{4}-\d{2}-\d{2}$)";
    if (format == "time") return "^" + std::string(clock);
    if (format == "email") return R"(^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)*$)";
    if (format == "hostname")
        return R"(^[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?(?:\.[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?)*$)";
    if (format == "uri") return R"(^[A-Za-z][0-9A-Za-z+.\-]*:)" + std::string(of_uri);
    if (format == "uri-reference") return "^" + std::string(of_uri);
    if (format == "uuid") return R"(^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$)";
    return "";
}

bool is_address(int family, const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return inet_pton(family, text.c_str(), ignored.data()) == 1;
}

}  // namespace

std::string wrong_with_pattern(const std::string& pattern) {
    const RE2 tried(in_re2(pattern), quietly());
    return tried.ok() ? "" : tried.error();
}

bool is_found(const std::string& pattern, std::string_view text) {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled(pattern));
}

std::span<const std::string_view> formats() { return names; }

bool is_of_format(const std::string& text, std::string_view format) {
    if (format == "ipv4") return is_address(AF_INET, text);
    if (format == "ipv6") return is_address(AF_INET6, text);
    const auto pattern = pattern_of(format);
    if (!pattern.empty() && !is_found(pattern, text)) return false;
    return !format.starts_with("date") || parse_date(text.substr(0, 10)).has_value();
}

}  // namespace ingot::api
