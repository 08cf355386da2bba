#include "platform/connector/api/template_text.h"

namespace ingot::api {

namespace {

constexpr std::string_view parent_word = "parent.";

// Calls with each {word}, and with the text between.
void each_piece(std::string_view text, const std::function<void(std::string_view)>& plain,
    const std::function<bool(std::string_view)>& word) {
    while (!text.empty()) {
        const auto open = std::min(text.find('{'), text.size());
        plain(text.substr(0, open));
        text.remove_prefix(open);
        if (text.empty()) return;
        const auto close = text.find('}');
        const auto inside = text.substr(1, std::min(close, text.size()) - 1);
        if (close == std::string_view::npos || !word(inside)) {
            plain(text.substr(0, 1));
            text.remove_prefix(1);
        } else {
            text.remove_prefix(close + 1);
        }
    }
}

}  // namespace

std::optional<std::string> filled(std::string_view text, const Words& words,
    const std::function<std::string(std::string_view)>& encode) {
    if (words.secrets)
        if (const auto found = words.secrets->find(text); found != words.secrets->end())
            return found->second;
    std::string out;
    bool is_whole = true;
    const auto put = [&](const std::optional<std::string>& value) {
        if (value)
            out += encode(*value);
        else
            is_whole = false;
        return true;
    };
    each_piece(
        text, [&](std::string_view plain) { out += plain; },
        [&](std::string_view word) {
            if (word == "date") return put(to_string(words.date));
            if (word.starts_with("date:")) return put(format_date(words.date, word.substr(5)));
            if (word == "cursor") return put(words.cursor);
            if (word.starts_with(parent_word) && words.parent)
                return put(words.parent(word.substr(parent_word.size())));
            return false;
        });
    return is_whole ? std::optional(std::move(out)) : std::nullopt;
}

std::vector<std::string> parents_in(std::string_view text) {
    std::vector<std::string> names;
    each_piece(
        text, [](std::string_view) {},
        [&](std::string_view word) {
            if (!word.starts_with(parent_word)) return false;
            names.emplace_back(word.substr(parent_word.size()));
            return true;
        });
    return names;
}

bool names_cursor(std::string_view text) { return text.find("{cursor}") != std::string_view::npos; }

}  // namespace ingot::api
