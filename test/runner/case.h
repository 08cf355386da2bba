#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::golden {

enum class Kind {
    file,             // write a file
    database,         // run SQL on a DuckDB file
    server,           // answer HTTP requests
    remove,           // delete a file or folder
    env,              // NAME=VALUE for the commands that follow; NAME= takes it away
    bare,             // no default ingot.yml
    command,          // a command line of ingot, without the word ingot
    exit,             // expected exit code of the command before
    stdout_contains,  // and so on: texts in the output of the command before
    stdout_lacks,
    stderr_contains,
    stderr_lacks,
    diagnostics,  // all diagnostics of the command before
    caret,        // each of them shows its line and a caret
    table,        // rows of a dataset
    query,        // rows of a query
    plan,         // datasets that `ingot plan` names, in order
    files,        // files that match a glob
    remember,     // keep the bytes of the files that match a glob
    unchanged,    // they are still the same
};

// One block of a case. Line numbers count from 0; the body is lines [first, last) of the page.
struct Block {
    Kind kind;
    std::string words;
    std::vector<std::string> body{};
    bool has_body = false;
    bool both_streams = false;  // console blocks show stdout and stderr as one
    std::string folder{};       // where it happens, below the folder of the case
    std::size_t line = 0;
    std::size_t first = 0;
    std::size_t last = 0;
};

struct Case {
    std::string path;
    std::vector<std::string> lines;
    std::vector<Block> blocks;
};

// What is wrong with a case file itself, with its line counted from 1.
struct CaseError {
    std::size_t line;
    std::string message;
};

std::expected<Case, CaseError> parse_case(std::string path, std::string_view text);
// A body line that would begin a block, with the backslash that says it does not.
std::string escaped(const std::string& line);
std::expected<Case, CaseError> parse_markdown(std::string path, std::string_view text);

struct Options {
    std::string ingot;
    bool update = false;
    bool keep = false;
};

struct Mismatch {
    std::size_t line;  // counted from 1
    std::string text;  // ready to print
};

struct Outcome {
    std::vector<Mismatch> mismatches;
    std::string folder;  // where the case ran
};

// Runs a case in a fresh folder. With `update` it also rewrites what the case file expects.
Outcome run_case(const Case& golden, const Options& options);

}  // namespace ingot::golden
