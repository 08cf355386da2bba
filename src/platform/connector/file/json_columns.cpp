#include "platform/connector/file/json_columns.h"

#include "data/columns.h"
#include "data/json_scan.h"
#include "platform/connector/file.h"

namespace ingot::file {

namespace {

unsigned kind_of(std::string_view value) {
    switch (value.front()) {
        case 'n': return 0;
        case '"': {
            const bool is_plain = value.find('\\') == std::string_view::npos;
            return is_plain || json::text_of(value) ? holds::text : holds::other;
        }
        case 't':
        case 'f': return holds::boolean;
        case '{':
        case '[': return holds::other;
        default: return holds::number;
    }
}

std::string key_of(std::string_view quoted) {
    if (quoted.find('\\') == std::string_view::npos)
        return std::string(quoted.substr(1, quoted.size() - 2));
    return json::text_of(quoted).value_or(std::string(quoted));
}

// The column of no key at all.
std::string named(std::string key) { return key.empty() ? "column" : std::move(key); }

}  // namespace

void JsonColumns::look_at(const std::vector<JsonMember>& members) {
    std::size_t guess = 0;
    for (const auto& [key, value] : members) {
        const auto place = find_or_add(key, guess);
        look_at(place, value);
        guess = place + 1;
    }
}

void JsonColumns::look_at_value(std::string_view value) { look_at(add("value"), value); }

void JsonColumns::look_at(std::size_t place, std::string_view value) {
    const auto kind = kind_of(value);
    holds_[place] |= kind;
    if (kind == holds::number) numbers_[place].look_at(value);
}

std::size_t JsonColumns::find_or_add(std::string_view quoted, std::size_t guess) {
    if (guess < quoted_.size() && quoted_[guess] == quoted) return guess;
    const auto place = add(key_of(quoted));
    if (quoted_[place].empty()) quoted_[place] = quoted;
    return place;
}

// Keys that differ in case alone are two columns, and the engine knows but one of them: the later gets _1.
std::size_t JsonColumns::add(std::string key) {
    key = named(std::move(key));
    const auto [it, is_new] = places_.try_emplace(key, names_.size());
    if (!is_new) return it->second;
    auto name = key;
    for (int n = 1; has_name(names_, name); ++n) name = key + "_" + std::to_string(n);
    names_.push_back(name);
    quoted_.emplace_back();
    holds_.push_back(0);
    numbers_.emplace_back();
    return it->second;
}

std::size_t JsonColumns::Finder::place(std::string_view quoted) {
    const auto& known = columns_.quoted_;
    const bool is_next = next_ < known.size() && known[next_] == quoted;
    const auto place = is_next ? next_ : columns_.places_.at(named(key_of(quoted)));
    next_ = place + 1;
    return place;
}

std::size_t JsonColumns::Finder::place_of_value() const { return columns_.places_.at("value"); }

}  // namespace ingot::file
