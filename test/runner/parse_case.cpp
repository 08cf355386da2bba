// Reads the blocks of a .test file; the grammar is test/golden/README.md.

#include "case.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "text.h"

namespace ingot::golden {

namespace {

enum class Body { never, maybe, always };

struct Word {
    std::string_view word;
    Kind kind;
    Body body;
};

// The longer of two words with the same beginning stands first.
constexpr std::array words{
    Word{"file", Kind::file, Body::always},
    Word{"database", Kind::database, Body::always},
    Word{"server", Kind::server, Body::always},
    Word{"remove", Kind::remove, Body::never},
    Word{"env", Kind::env, Body::never},
    Word{"bare", Kind::bare, Body::never},
    Word{"run", Kind::command, Body::maybe},
    Word{"ingot", Kind::command, Body::maybe},
    Word{"exit", Kind::exit, Body::never},
    Word{"stdout contains", Kind::stdout_contains, Body::always},
    Word{"stdout lacks", Kind::stdout_lacks, Body::always},
    Word{"stderr contains", Kind::stderr_contains, Body::always},
    Word{"stderr lacks", Kind::stderr_lacks, Body::always},
    Word{"diagnostics", Kind::diagnostics, Body::always},
    Word{"caret", Kind::caret, Body::never},
    Word{"table", Kind::table, Body::always},
    Word{"query", Kind::query, Body::always},
    Word{"plan", Kind::plan, Body::always},
    Word{"files", Kind::files, Body::always},
    Word{"remember", Kind::remember, Body::never},
    Word{"unchanged", Kind::unchanged, Body::never},
};

constexpr std::string_view body_mark = "----";

const Word* find_word(std::string_view line) {
    for (const Word& word : words) {
        if (line.starts_with(word.word) &&
            (line.size() == word.word.size() || line[word.word.size()] == ' ')) {
            return &word;
        }
    }
    return nullptr;
}

bool is_mark(const std::vector<std::string>& lines, std::size_t at) {
    return at < lines.size() && trimmed(lines[at]) == body_mark;
}

// A body ends where the next block begins. A word that always has a body begins one only above `----`.
bool begins_block(const std::vector<std::string>& lines, std::size_t at) {
    const Word* word = find_word(lines[at]);
    return word != nullptr && (word->body != Body::always || is_mark(lines, at + 1));
}

std::string unescaped(const std::string& line) {
    return line.starts_with('\\') && find_word(std::string_view(line).substr(1)) != nullptr
               ? line.substr(1)
               : line;
}

void read_body(const std::vector<std::string>& lines, Block& block) {
    block.has_body = true;
    block.first = block.line + 2;
    std::size_t end = block.first;
    while (end < lines.size() && !begins_block(lines, end)) {
        ++end;
    }
    while (end > block.first && trimmed(lines[end - 1]).empty()) {
        --end;
    }
    block.last = end;
    for (std::size_t at = block.first; at < end; ++at) {
        block.body.push_back(unescaped(lines[at]));
    }
}

std::string words_after(const Word& word, const std::string& line) {
    std::string rest(trimmed(std::string_view(line).substr(word.word.size())));
    return word.word == "run" ? std::string(trimmed("run " + rest)) : rest;
}

}  // namespace

std::string escaped(const std::string& line) {
    return find_word(line) == nullptr ? line : "\\" + line;
}

std::expected<Case, CaseError> parse_case(std::string path, std::string_view text) {
    Case golden{.path = std::move(path), .lines = split_lines(text), .blocks = {}};
    for (std::size_t at = 0; at < golden.lines.size();) {
        const std::string& line = golden.lines[at];
        if (trimmed(line).empty() || line.starts_with('#')) {
            ++at;
            continue;
        }
        const Word* word = find_word(line);
        if (word == nullptr) {
            return std::unexpected(
                CaseError{at + 1, fmt::format("no block begins with '{}'", line)});
        }
        Block block{.kind = word->kind, .words = words_after(*word, line), .line = at};
        const bool marked = is_mark(golden.lines, at + 1);
        if (marked == (word->body == Body::never) && word->body != Body::maybe) {
            return std::unexpected(
                CaseError{at + 1, fmt::format("'{}' {} a body under ----", word->word,
                                      marked ? "takes no" : "needs")});
        }
        if (marked) {
            read_body(golden.lines, block);
        }
        at = marked ? block.last : at + 1;
        golden.blocks.push_back(std::move(block));
    }
    return golden;
}

}  // namespace ingot::golden
