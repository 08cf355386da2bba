#include "platform/http/url.h"
#include "base/lower_case.h"

#include <algorithm>
#include <cstdint>

namespace ingot::http {

namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~").contains(c);
}

struct Parts {
    std::string_view scheme;     // without ://
    std::string_view authority;  // with credentials
    std::string_view path;       // without query and fragment
    std::string_view query;      // with ?
};

std::string_view without_fragment(std::string_view url) { return url.substr(0, url.find('#')); }

std::optional<Parts> parts_of(std::string_view url) {
    url = without_fragment(url);
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    Parts parts{.scheme = url.substr(0, colon), .authority = {}, .path = {}, .query = {}};
    const auto rest = url.substr(colon + 3);
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    parts.authority = rest.substr(0, end);
    const auto question = std::min(rest.find('?', end), rest.size());
    parts.path = rest.substr(end, question - end);
    parts.query = rest.substr(question);
    return parts;
}

// Without . and .. segments (RFC 3986, 5.2.4).
std::string settled(std::string_view path) {
    std::vector<std::string_view> kept;
    for (std::size_t at = 1; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        const auto part = path.substr(at, end - at);
        const bool is_last = end == path.size();
        if (part == "..") {
            if (!kept.empty()) kept.pop_back();
            if (is_last) kept.emplace_back();
        } else if (part == ".") {
            if (is_last) kept.emplace_back();
        } else {
            kept.push_back(part);
        }
        at = end + 1;
    }
    std::string out;
    for (const auto part : kept) (out += '/') += part;
    return out.empty() ? "/" : out;
}

template <class Stays>
std::string encoded(std::string_view text, Stays stays) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (stays(c))
            out += c;
        else
            ((out += '%') += digits[byte >> 4U]) += digits[byte & 15U];
    }
    return out;
}

}  // namespace

std::string percent_encoded(std::string_view text) { return encoded(text, is_plain); }

std::string escaped(std::string_view url) {
    return encoded(url, [](char c) {
        return c > ' ' && c != 127 &&
               std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
    });
}

std::string base64(std::string_view bytes) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t three = 0;
        for (std::size_t i = 0; i < 3; ++i)
            three = three << 8U |
                    (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (unsigned i = 0; i < 4; ++i)
            out += at + i <= bytes.size() ? digits[three >> (18 - 6 * i) & 63U] : '=';
    }
    return out;
}

std::string with_query(const std::string& url, const Query& query) {
    const auto question = url.find('?');
    std::string out = url.substr(0, question);
    std::string kept;
    if (question != std::string::npos) {
        std::string_view rest(url);
        rest.remove_prefix(question + 1);
        while (!rest.empty()) {
            const auto end = std::min(rest.find('&'), rest.size());
            const auto one = rest.substr(0, end);
            const auto name = one.substr(0, one.find('='));
            const bool is_replaced = std::ranges::any_of(
                query, [&](const auto& given) { return percent_encoded(given.first) == name; });
            if (!one.empty() && !is_replaced) (kept += kept.empty() ? "" : "&") += one;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    for (const auto& [name, value] : query)
        (((kept += kept.empty() ? "" : "&") += percent_encoded(name)) += '=') +=
            percent_encoded(value);
    return kept.empty() ? out : out + "?" + kept;
}

std::optional<std::string> origin_of(std::string_view url) {
    const auto parts = parts_of(url);
    if (!parts) return std::nullopt;
    const auto scheme = lower(parts->scheme);
    if (scheme != "http" && scheme != "https") return std::nullopt;
    auto host = parts->authority;
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    if (host.empty()) return std::nullopt;
    const auto colon = host.rfind(':'), bracket = host.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    const std::string port = has_port ? "" : scheme == "https" ? ":443" : ":80";
    return scheme + "://" + lower(host) + port;
}

std::string resolved(const std::string& base, std::string_view reference) {
    reference = without_fragment(reference);
    if (reference.find("://") != std::string_view::npos &&
        reference.find("://") < reference.find_first_of("/?"))
        return std::string(reference);
    const auto parts = parts_of(base);
    if (!parts) return std::string(reference);
    const auto site = std::string(parts->scheme) + "://" + std::string(parts->authority);
    if (reference.starts_with("//"))
        return std::string(parts->scheme) + ":" + std::string(reference);
    const auto question = std::min(reference.find('?'), reference.size());
    const auto path = reference.substr(0, question);
    const auto query = std::string(reference.substr(question));
    if (path.empty())
        return site + std::string(parts->path) +
               (query.empty() ? std::string(parts->query) : query);
    if (path.front() == '/') return site + settled(path) + query;
    const auto folder = parts->path.substr(0, parts->path.rfind('/') + 1);
    return site + settled((folder.empty() ? "/" : std::string(folder)) + std::string(path)) + query;
}

std::string shown(std::string_view url) {
    const auto parts = parts_of(url);
    if (!parts) return std::string(url);
    auto host = parts->authority;
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    return std::string(parts->scheme) + "://" + std::string(host) + std::string(parts->path) +
           std::string(parts->query);
}

}  // namespace ingot::http
