// ingot_golden: runs golden cases (.test) and pages (.md) against a built ingot.

#include <cstdio>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "case.h"

namespace {

namespace golden = ingot::golden;

constexpr std::string_view usage =
    "usage: ingot_golden --ingot PATH [--update] [--keep] FILE.test|FILE.md…\n";
constexpr int wrong_usage = 64;

struct Arguments {
    golden::Options options;
    std::vector<std::string> files;
};

std::expected<Arguments, std::string> read_arguments(int count, char** words) {
    Arguments arguments;
    for (int at = 1; at < count; ++at) {
        const std::string_view word = words[at];
        if (word == "--ingot" && at + 1 < count) {
            arguments.options.ingot = std::filesystem::absolute(words[++at]).string();
        } else if (word == "--update") {
            arguments.options.update = true;
        } else if (word == "--keep") {
            arguments.options.keep = true;
        } else if (word.starts_with("-")) {
            return std::unexpected(fmt::format("unknown option '{}'\n{}", word, usage));
        } else {
            arguments.files.emplace_back(word);
        }
    }
    if (arguments.options.ingot.empty() || arguments.files.empty()) {
        return std::unexpected(std::string(usage));
    }
    return arguments;
}

bool passes(const std::string& path, const golden::Options& options) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        fmt::print("FAILED  {}\n  cannot be read\n", path);
        return false;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto parsed =
        path.ends_with(".md") ? golden::parse_markdown(path, text) : golden::parse_case(path, text);
    if (!parsed) {
        fmt::print(
            "FAILED  {}\n  {}:{}: {}\n", path, path, parsed.error().line, parsed.error().message);
        return false;
    }
    const golden::Outcome outcome = golden::run_case(*parsed, options);
    fmt::print("{}  {}\n", outcome.mismatches.empty() ? "ok    " : "FAILED", path);
    for (const golden::Mismatch& mismatch : outcome.mismatches) {
        fmt::print("  {}:{}: {}\n{}{}", path, mismatch.line, parsed->lines[mismatch.line - 1],
            mismatch.text, mismatch.text.ends_with('\n') ? "" : "\n");
    }
    if (options.keep) {
        fmt::print("  kept in {}\n", outcome.folder);
    }
    return outcome.mismatches.empty();
}

}  // namespace

int main(int count, char** words) {
    const std::expected<Arguments, std::string> arguments = read_arguments(count, words);
    if (!arguments) {
        fmt::print(stderr, "{}", arguments.error());
        return wrong_usage;
    }
    std::size_t failed = 0;
    for (const std::string& path : arguments->files) {
        failed += passes(path, arguments->options) ? 0 : 1;
        std::fflush(stdout);
    }
    fmt::print("{} passed, {} failed\n", arguments->files.size() - failed, failed);
    return failed == 0 ? 0 : 1;
}
