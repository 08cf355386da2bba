#include <cctype>

#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

bool is_of_a_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}

// Words and quoted names of the text, in their order; what stands in quotes of a literal is none.
std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '\'' || c == '"') {
            const auto end = text.find(c, at + 1);
            const auto stop = end == std::string::npos ? text.size() : end;
            if (c == '"') words.push_back(text.substr(at + 1, stop - at - 1));
            at = stop + 1;
        } else if (is_of_a_word(c)) {
            const auto begin = at;
            while (at < text.size() && is_of_a_word(text[at])) ++at;
            words.push_back(text.substr(begin, at - begin));
        } else {
            ++at;
        }
    }
    return words;
}

}  // namespace

// A column that is called like a function is mentioned once too often, which shows one value more.
std::vector<std::string> mentioned_columns(const std::string& expression, const Columns& columns) {
    std::vector<std::string> mentioned;
    for (const auto& word : words_of(expression))
        if (const auto* column = find_column(columns, word); column && !has_name(mentioned, word))
            mentioned.push_back(column->name);
    return mentioned;
}

}  // namespace ingot::quality
