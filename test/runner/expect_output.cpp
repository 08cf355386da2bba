// What the command before printed: its text, its diagnostics with their carets, its plan.

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "session.h"
#include "text.h"

namespace ingot::golden {

namespace {

struct Place {
    std::string path;
    std::size_t line = 0;
    std::size_t column = 0;
};

bool is_code(std::string_view word) {
    const std::size_t letters = word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return letters != std::string_view::npos && letters >= 3 && letters <= 6 &&
           word.size() >= letters + 3 && std::ranges::all_of(word.substr(letters, 3), [](char c) {
               return c >= '0' && c <= '9';
           });
}

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

// `path:line:column: CODE …`
std::optional<Place> place_of(std::string_view line) {
    const std::size_t space = line.find(": ");
    if (space == std::string_view::npos || !is_code(line.substr(space + 2))) {
        return std::nullopt;
    }
    const std::string_view where = line.substr(0, space);
    const std::size_t second = where.rfind(':');
    const std::size_t first =
        second == std::string_view::npos || second == 0 ? second : where.rfind(':', second - 1);
    if (first == std::string_view::npos) {
        return std::nullopt;
    }
    const auto row = number(where.substr(first + 1, second - first - 1));
    const auto column = number(where.substr(second + 1));
    if (!row || !column) {
        return std::nullopt;
    }
    return Place{.path = std::string(where.substr(0, first)), .line = *row, .column = *column};
}

std::string one_spaced(std::string_view text) {
    std::string out;
    for (const std::string_view line = trimmed(text); const char c : line) {
        if (c != ' ' || !out.ends_with(' ')) {
            out += c;
        }
    }
    return out;
}

bool names_dataset(std::string_view word) {
    constexpr std::array layers{"bronze.", "silver.", "gold.", "snapshot."};
    return std::ranges::any_of(
        layers, [&](std::string_view layer) { return word.starts_with(layer) && word != layer; });
}

// The line from the first dataset that it names.
std::optional<std::string> from_dataset(const std::string& line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if ((at == 0 || line[at - 1] == ' ') && names_dataset(std::string_view(line).substr(at))) {
            return one_spaced(std::string_view(line).substr(at));
        }
    }
    return std::nullopt;
}

std::string first_word(const std::string& line) { return line.substr(0, line.find(' ')); }

}  // namespace

void expect_body(Session& session, const Block& block) {
    std::vector<std::string> actual = split_lines(session.output.stdout_text);
    while (!actual.empty() && trimmed(actual.back()).empty()) {
        actual.pop_back();
    }
    for (std::string& line : actual) {
        line = line.substr(0, line.find_last_not_of(' ') + 1);
    }
    if (!matches_lines(block.body, actual)) {
        session.differ(block, block.body, actual);
    }
}

void expect_texts(Session& session, const Block& block) {
    const bool out = block.kind == Kind::stdout_contains || block.kind == Kind::stdout_lacks;
    const bool wanted = block.kind == Kind::stdout_contains || block.kind == Kind::stderr_contains;
    const std::string& text = out ? session.output.stdout_text : session.output.stderr_text;
    const std::vector<std::string> lines = split_lines(text);
    for (const std::string& pattern : block.body) {
        const bool found = std::ranges::any_of(
            lines, [&](const std::string& line) { return matches_somewhere(pattern, line); });
        if (found != wanted) {
            session.fail(block, fmt::format("{} {} '{}'; it is\n{}", out ? "stdout" : "stderr",
                                    wanted ? "does not contain" : "contains", pattern, text));
        }
    }
}

void expect_diagnostics(Session& session, const Block& block) {
    std::vector<std::string> actual;
    for (const std::string& line : split_lines(session.output.stderr_text)) {
        if (place_of(line)) {
            actual.push_back(line);
        }
    }
    std::vector<std::string> left = actual;
    for (const std::string& pattern : block.body) {
        const auto found = std::ranges::find_if(
            left, [&](const std::string& line) { return matches(pattern + "…", line); });
        if (found == left.end()) {
            session.differ(block, block.body, actual);
            return;
        }
        left.erase(found);
    }
    if (!left.empty()) {
        session.differ(block, block.body, actual);
    }
}

void expect_carets(Session& session, const Block& block) {
    const std::vector<std::string> lines = split_lines(session.output.stderr_text);
    std::size_t diagnostics = 0;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::optional<Place> place = place_of(lines[at]);
        if (!place) {
            continue;
        }
        ++diagnostics;
        const std::vector<std::string> source =
            split_lines(read_bytes(session.folder_of(block) / place->path));
        const std::string text =
            place->line <= source.size() && place->line > 0 ? source[place->line - 1] : "";
        const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
        const std::size_t under =
            at + 1 < lines.size() ? lines[at + 1].find(trimmed(text)) : std::string::npos;
        const std::size_t caret =
            at + 2 < lines.size() ? lines[at + 2].find('^') : std::string::npos;
        if (under == std::string::npos || caret == std::string::npos ||
            caret + indent + 1 != under + place->column) {
            session.fail(block,
                fmt::format("no line and caret under column {}:\n{}", place->column, lines[at]));
        }
    }
    if (diagnostics == 0) {
        session.fail(block, "no diagnostic, so no caret");
    }
}

void expect_plan(Session& session, const Block& block) {
    std::vector<std::string> words = split_words(block.words);
    words.insert(words.begin(), "plan");
    session.output = run_ingot(session, block, words);
    if (session.output.exit != 0) {
        session.fail(block,
            fmt::format("plan exits {}\n{}", session.output.exit, session.output.stderr_text));
        return;
    }
    std::vector<std::string> actual;
    for (const std::string& line : split_lines(session.output.stdout_text)) {
        if (line.starts_with("up to date")) {
            break;
        }
        if (const std::optional<std::string> step = from_dataset(line)) {
            actual.push_back(*step);
        }
    }
    const bool same = std::ranges::equal(
        block.body, actual, [](const std::string& want, const std::string& have) {
            const std::string pattern = one_spaced(want);
            return first_word(pattern) == first_word(have) && matches(pattern + "…", have);
        });
    if (!same) {
        session.differ(block, block.body, actual);
    }
}

}  // namespace ingot::golden
