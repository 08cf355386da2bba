#include "text.h"

#include <cstddef>

namespace ingot::golden {

namespace {

constexpr std::string_view any_text = "…";

bool match_lines_from(const std::vector<std::string>& pattern, std::size_t p,
    const std::vector<std::string>& text, std::size_t t) {
    for (; p < pattern.size(); ++p, ++t) {
        if (trimmed(pattern[p]) == any_text) {
            for (std::size_t next = t; next <= text.size(); ++next) {
                if (match_lines_from(pattern, p + 1, text, next)) {
                    return true;
                }
            }
            return false;
        }
        if (t >= text.size() || !matches(pattern[p], text[t])) {
            return false;
        }
    }
    return t == text.size();
}

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        lines.emplace_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::string join_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line;
        text += '\n';
    }
    return text;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> split_words(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool inside = false;
    char quote = 0;
    for (const char c : line) {
        if (quote != 0) {
            if (c == quote) {
                quote = 0;
            } else {
                word += c;
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
            inside = true;
        } else if (c == ' ' || c == '\t') {
            if (inside) {
                words.push_back(word);
            }
            word.clear();
            inside = false;
        } else {
            word += c;
            inside = true;
        }
    }
    if (inside) {
        words.push_back(word);
    }
    return words;
}

bool matches(std::string_view pattern, std::string_view text) {
    const std::size_t hole = pattern.find(any_text);
    if (hole == std::string_view::npos) {
        return pattern == text;
    }
    if (!text.starts_with(pattern.substr(0, hole))) {
        return false;
    }
    const bool after_space = hole > 0 && pattern[hole - 1] == ' ';
    pattern.remove_prefix(hole + any_text.size());
    if (after_space && pattern.starts_with(' ')) {
        pattern.remove_prefix(1);  // `a … b` may stand for `a b`
    }
    for (text.remove_prefix(hole);; text.remove_prefix(1)) {
        if (matches(pattern, text)) {
            return true;
        }
        if (text.empty()) {
            return false;
        }
    }
}

bool matches_somewhere(std::string_view pattern, std::string_view text) {
    std::string open;
    open.append(any_text).append(pattern).append(any_text);
    return matches(open, text);
}

bool matches_lines(const std::vector<std::string>& pattern, const std::vector<std::string>& text) {
    return match_lines_from(pattern, 0, text, 0);
}

bool matches_glob(std::string_view glob, std::string_view path) {
    if (glob.empty()) {
        return path.empty();
    }
    if (glob.starts_with('*')) {
        const bool crosses = glob.starts_with("**");
        std::string_view rest = glob.substr(crosses ? 2 : 1);
        if (crosses && rest.starts_with('/') && matches_glob(rest.substr(1), path)) {
            return true;
        }
        for (;; path.remove_prefix(1)) {
            if (matches_glob(rest, path)) {
                return true;
            }
            if (path.empty() || (path.front() == '/' && !crosses)) {
                return false;
            }
        }
    }
    if (path.empty() ||
        (glob.front() != path.front() && (glob.front() != '?' || path.front() == '/'))) {
        return false;
    }
    return matches_glob(glob.substr(1), path.substr(1));
}

}  // namespace ingot::golden
