#include "base/redact.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

namespace ingot {

namespace {

constexpr std::size_t shortest_secret = 4;

struct Secrets {
    std::mutex mutex;
    std::vector<std::string>
        texts;  // longest first, so that no part of one stays beside a shorter one
    std::atomic<bool> any{false};
};

Secrets& secrets() {
    static Secrets all;
    return all;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' ||
                              c == '~';
        if (is_plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

}  // namespace

void keep_secret(std::string_view secret) {
    if (secret.size() < shortest_secret) return;
    auto& all = secrets();
    const std::lock_guard lock(all.mutex);
    for (auto& text : {std::string(secret), percent_encoded(secret)})
        if (std::ranges::find(all.texts, text) == all.texts.end()) all.texts.push_back(text);
    std::ranges::stable_sort(all.texts, std::ranges::greater{}, &std::string::size);
    all.any = true;
}

std::string redacted(std::string text) {
    auto& all = secrets();
    if (!all.any) return text;
    const std::lock_guard lock(all.mutex);
    for (const auto& secret : all.texts)
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
            text.replace(at, secret.size(), "***");
    return text;
}

}  // namespace ingot
