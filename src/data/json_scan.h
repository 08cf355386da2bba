#pragma once
// Finds JSON values in text without building them: what a source wrote is landed as it wrote it.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot::json {

class Scan {
public:
    explicit Scan(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

    // The next value, white space before it skipped; nothing when there is none that is well-formed.
    std::optional<std::string_view> value();
    // Passes over the object that begins here and shows its members, keys with their quotes; false where it is not
    // well-formed, some members shown or not.
    template <class Found>
    bool members(const Found& found) {
        if (!take('{')) return false;
        skip_space();
        if (take('}')) return true;
        do {
            skip_space();
            const auto key = at_;
            if (!pass_string()) return false;
            const auto key_end = at_;
            skip_space();
            if (!take(':')) return false;
            skip_space();
            const auto value = at_;
            if (!pass_value(1)) return false;
            found(text_.substr(key, key_end - key), text_.substr(value, at_ - value));
            skip_space();
        } while (take(','));
        return take('}');
    }
    void skip_space() {
        constexpr auto is_space = [](char c) {
            return c == ' ' || c == '\n' || c == '\r' || c == '\t';
        };
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }
    bool at_end() const { return at_ >= text_.size(); }
    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::size_t at() const { return at_; }
    void move_to(std::size_t at) { at_ = at; }

private:
    bool pass_value(int depth);
    bool pass_string();
    bool pass_number();
    bool pass_word(std::string_view word);
    bool pass_members(int depth);
    bool pass_elements(int depth);

    std::string_view text_;
    std::size_t at_ = 0;
};

// Both expect a well-formed object or list.
void each_member(std::string_view object,
    const std::function<void(std::string_view key, std::string_view value)>& found);
Status each_element(std::string_view list, const std::function<Status(std::string_view)>& found);

// The text of a string value; nothing when it holds half a surrogate pair, which no UTF-8 can say.
std::optional<std::string> text_of(std::string_view quoted);

}  // namespace ingot::json
