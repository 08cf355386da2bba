#include "project/sql_text.h"

#include <algorithm>

namespace ingot::project {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Block comments nest, as in PostgreSQL and DuckDB.
std::size_t block_comment_end(std::string_view text) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == '/' && text[i + 1] == '*') {
            ++depth;
            ++i;
        } else if (text[i] == '*' && text[i + 1] == '/') {
            ++i;
            if (--depth == 0) return i + 1;
        }
    }
    return text.size();
}

// $tag$ … $tag$; 0 when the text does not begin with such a quote.
std::size_t dollar_quote_end(std::string_view text) {
    const auto tag_end = std::ranges::find_if_not(text.substr(1), is_word);
    const auto size = static_cast<std::size_t>(tag_end - text.begin()) + 1;
    if (tag_end == text.end() || *tag_end != '$' || (size > 2 && text[1] >= '0' && text[1] <= '9'))
        return 0;
    const auto close = text.find(text.substr(0, size), size);
    return close == std::string_view::npos ? text.size() : close + size;
}

std::size_t end_or_all(std::string_view text, std::size_t found, std::size_t closing) {
    return found == std::string_view::npos ? text.size() : found + closing;
}

// The size of the comment or quoted text that begins here, 0 for anything else.
std::size_t special_size(std::string_view text, bool after_word) {
    if (text.starts_with("--")) return end_or_all(text, text.find('\n'), 0);
    if (text.starts_with("/*")) return block_comment_end(text);
    if (text.front() == '\'' || text.front() == '"')
        return end_or_all(text, text.find(text.front(), 1), 1);
    if (text.front() == '$' && !after_word) return dollar_quote_end(text);
    return 0;
}

bool is_comment(std::string_view text) { return text.starts_with("--") || text.starts_with("/*"); }

}  // namespace

SqlToken SqlReader::next() {
    std::size_t size = 0;
    std::size_t special = 0;
    while (size < rest_.size()) {
        special = special_size(rest_.substr(size), size > 0 && is_word(rest_[size - 1]));
        if (special > 0) break;
        ++size;
    }
    auto piece = SqlPiece::code;
    if (size == 0 && special > 0) {
        size = special;
        piece = is_comment(rest_) ? SqlPiece::comment : SqlPiece::quoted;
    }
    const SqlToken token{piece, rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return token;
}

std::string_view without_trailing_noise(std::string_view sql) {
    SqlReader reader(sql);
    std::size_t keep = 0;
    for (auto token = reader.next(); !token.text.empty(); token = reader.next()) {
        if (token.piece == SqlPiece::comment) continue;
        auto end = token.text.size();
        if (token.piece == SqlPiece::code)
            while (end > 0 && (is_space(token.text[end - 1]) || token.text[end - 1] == ';')) --end;
        if (end > 0) keep = static_cast<std::size_t>(token.text.data() - sql.data()) + end;
    }
    return sql.substr(0, keep);
}

std::string canonical_sql(std::string_view sql) {
    std::string out;
    out.reserve(sql.size());
    bool gap = false;
    const auto put = [&](std::string_view text) {
        if (gap && !out.empty()) out += ' ';
        gap = false;
        out += text;
    };
    SqlReader reader(sql);
    for (auto token = reader.next(); !token.text.empty(); token = reader.next()) {
        if (token.piece == SqlPiece::comment)
            gap = true;
        else if (token.piece == SqlPiece::quoted)
            put(token.text);
        else
            for (std::size_t i = 0; i < token.text.size(); ++i) {
                if (is_space(token.text[i]))
                    gap = true;
                else
                    put(token.text.substr(i, 1));
            }
    }
    return out;
}

}  // namespace ingot::project
