#include "project/read/literal_secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "base/lower_case.h"
#include "base/redact.h"

namespace ingot::project {

namespace {

constexpr std::array<std::string_view, 22> names{"password", "passwd", "pwd", "secret",
    "client_secret", "secret_key", "account_key", "access_token", "auth_token", "api_token",
    "session_token", "api_key", "apikey", "x_api_key", "subscription_key", "authorization",
    "cookie", "sas", "sas_token", "sig", "signature", "connection_string"};

bool says_secret(std::string_view name) {
    auto word = lower(name);
    std::ranges::replace(word, '-', '_');
    return std::ranges::find(names, word) != names.end() || word.ends_with("_token") ||
           word.ends_with("_password") || word.ends_with("_secret") || word.ends_with("_api_key");
}

void keep(std::string_view text) {
    const bool is_word = std::ranges::all_of(text, [](unsigned char c) { return std::islower(c); });
    if (text.size() < 6 || is_word || text.starts_with("secret://") || text.contains('{')) return;
    keep_secret(text);
}

// name=value, with & or ; between them, as in queries and connection strings.
void keep_pairs(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("&;? "), text.size());
        const auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || !says_secret(pair.substr(0, equals))) continue;
        auto value = pair.substr(equals + 1);
        if (value.starts_with('{') && value.ends_with('}') && value.size() > 2)
            value = value.substr(1, value.size() - 2);
        keep(value);
    }
}

// scheme://user:password@host
void keep_password(std::string_view text) {
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return;
    auto authority = text.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?"));
    const auto at = authority.rfind('@');
    const auto colon = authority.find(':');
    if (at != std::string_view::npos && colon < at)
        keep(authority.substr(colon + 1, at - colon - 1));
}

}  // namespace

void keep_literal_secrets(const config::Value& value) {
    if (const auto* map = value.map())
        for (const auto& entry : *map) {
            const auto* text = entry.value.text();
            if (text && says_secret(entry.key)) keep(*text);
            keep_literal_secrets(entry.value);
        }
    if (const auto* list = value.list())
        for (const auto& item : *list) keep_literal_secrets(item);
    if (const auto* text = value.text()) {
        keep_password(*text);
        keep_pairs(*text);
    }
}

}  // namespace ingot::project
