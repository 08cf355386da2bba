// Reads the fenced blocks of a page: files, console sessions and tables. Other fences are prose.

#include "case.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "text.h"

namespace ingot::golden {

namespace {

struct Fence {
    std::string info;  // what follows the backticks
    std::size_t line = 0;
    std::size_t first = 0;
    std::size_t last = 0;
};

std::optional<std::string> attribute(const std::string& info, std::string_view name) {
    for (const std::string& word : split_words(info)) {
        if (word.starts_with(name) && word.size() > name.size() && word[name.size()] == '=') {
            return word.substr(name.size() + 1);
        }
    }
    return std::nullopt;
}

std::expected<std::vector<Fence>, CaseError> find_fences(const std::vector<std::string>& lines) {
    std::vector<Fence> fences;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::string& line = lines[at];
        if (!line.starts_with("```")) {
            continue;
        }
        const std::string ticks = line.substr(0, line.find_first_not_of('`'));
        Fence fence{
            .info = std::string(trimmed(line.substr(ticks.size()))), .line = at, .first = at + 1};
        fence.last = fence.first;
        while (fence.last < lines.size() && trimmed(lines[fence.last]) != ticks) {
            ++fence.last;
        }
        if (fence.last == lines.size()) {
            return std::unexpected(CaseError{at + 1, "this fence does not end"});
        }
        at = fence.last;
        fences.push_back(std::move(fence));
    }
    return fences;
}

Block block_of(
    Kind kind, std::string words, const Fence& fence, const std::vector<std::string>& lines) {
    Block block{.kind = kind, .words = std::move(words), .has_body = true, .line = fence.line};
    block.first = fence.first;
    block.last = fence.last;
    block.body.assign(lines.begin() + static_cast<std::ptrdiff_t>(fence.first),
        lines.begin() + static_cast<std::ptrdiff_t>(fence.last));
    return block;
}

// `$ ingot …` runs; the lines under it are what it prints. `$ cd DIR` says where the next ones run.
std::optional<CaseError> read_console(const Fence& fence, Case& page, std::string& folder) {
    for (std::size_t at = fence.first; at < fence.last;) {
        const std::string& line = page.lines[at];
        if (line.starts_with("$ cd ")) {
            folder = trimmed(std::string_view(line).substr(5));
            ++at;
            continue;
        }
        const bool alone = line == "$ ingot";
        if (!line.starts_with("$ ingot ") && !alone) {
            return CaseError{at + 1,
                fmt::format("a console block holds '$ ingot …' and '$ cd …', not '{}'", line)};
        }
        Block block{.kind = Kind::command,
            .words = alone ? "" : line.substr(8),
            .both_streams = true,
            .folder = folder,
            .line = at};
        block.first = ++at;
        while (at < fence.last && !page.lines[at].starts_with("$ ")) {
            block.body.push_back(page.lines[at++]);
        }
        block.last = at;
        while (!block.body.empty() && trimmed(block.body.back()).empty()) {
            block.body.pop_back();
            --block.last;
        }
        block.has_body = !block.body.empty();
        page.blocks.push_back(std::move(block));
    }
    if (const std::optional<std::string> code = attribute(fence.info, "exit")) {
        page.blocks.push_back({.kind = Kind::exit, .words = *code, .line = fence.line});
    }
    return std::nullopt;
}

}  // namespace

std::expected<Case, CaseError> parse_markdown(std::string path, std::string_view text) {
    Case page{.path = std::move(path), .lines = split_lines(text), .blocks = {}};
    std::string folder;
    const std::expected<std::vector<Fence>, CaseError> fences = find_fences(page.lines);
    if (!fences) {
        return std::unexpected(fences.error());
    }
    for (const Fence& fence : *fences) {
        const std::string& info = fence.info;
        if (const std::optional<std::string> file = attribute(info, "file")) {
            const std::optional<std::string> encoding = attribute(info, "as");
            const std::string words = encoding ? *file + " as " + *encoding : *file;
            page.blocks.push_back(block_of(Kind::file, words, fence, page.lines));
        } else if (const auto database = attribute(info, "database")) {
            page.blocks.push_back(block_of(Kind::database, *database, fence, page.lines));
        } else if (const auto server = attribute(info, "server")) {
            page.blocks.push_back(block_of(Kind::server, *server, fence, page.lines));
        } else if (info == "console" || info.starts_with("console ")) {
            if (const std::optional<CaseError> error = read_console(fence, page, folder)) {
                return std::unexpected(*error);
            }
            continue;  // its commands know their folder, which a `$ cd` after them does not change
        } else if (info.starts_with("table ")) {
            page.blocks.push_back(block_of(Kind::table, info.substr(6), fence, page.lines));
        } else {
            continue;
        }
        page.blocks.back().folder = folder;
    }
    return page;
}

}  // namespace ingot::golden
