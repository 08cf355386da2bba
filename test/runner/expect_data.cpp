// What stands in the warehouse: rows and files.

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "render.h"
#include "session.h"
#include "text.h"

namespace ingot::golden {

namespace {

namespace fs = std::filesystem;

bool has_order(std::string_view words) {
    std::string lower(words);
    std::ranges::transform(
        lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.contains(" order by ");
}

// Every cell becomes text in the engine, so that what a case shows depends on no output format.
std::string as_text(std::string_view rows) {
    return fmt::format(
        "SELECT coalesce(CAST(COLUMNS(*) AS VARCHAR), '{}') FROM ({})", null_mark, rows);
}

std::string quoted(const std::string& name) {
    std::string out = "\"";
    for (const char c : name) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + '"';
}

// The header of a table block names the columns to compare.
std::string rows_of(const Block& block, const Rows& expected) {
    if (block.kind == Kind::query) {
        return block.words;
    }
    std::string columns;
    for (const std::string& name :
        expected.empty() ? std::vector<std::string>{} : expected.front()) {
        columns += (columns.empty() ? "" : ", ") + quoted(name);
    }
    return fmt::format("SELECT {} FROM {}{}", columns.empty() ? "*" : columns, block.words,
        has_order(block.words) ? "" : " ORDER BY ALL");
}

std::map<std::string, std::string> matching_files(const fs::path& root, const std::string& glob) {
    std::map<std::string, std::string> found;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
        const std::string path = fs::relative(entry.path(), root).generic_string();
        if (entry.is_regular_file() && matches_glob(glob, path)) {
            found[path] = read_bytes(entry.path());
        }
    }
    return found;
}

}  // namespace

void expect_rows(Session& session, const Block& block) {
    const Rows expected = parse_aligned(block.body);
    const Output rows =
        run_ingot(session, block, {"query", as_text(rows_of(block, expected)), "--format", "csv"});
    if (rows.exit != 0) {
        session.fail(block, fmt::format("query exits {}\n{}", rows.exit, rows.stderr_text));
        return;
    }
    const Rows actual = shown(parse_csv(rows.stdout_text));
    if (!equal_rows(expected, actual)) {
        session.differ(block, align(expected), align(actual));
    }
}

void expect_files(Session& session, const Block& block) {
    std::vector<std::string> actual;
    for (const auto& [path, bytes] : matching_files(session.folder_of(block), block.words)) {
        actual.push_back(path);
    }
    if (!matches_lines(block.body, actual)) {
        session.differ(block, block.body, actual);
    }
}

void remember_files(Session& session, const Block& block) {
    session.remembered[block.words] = matching_files(session.folder_of(block), block.words);
    if (session.remembered[block.words].empty()) {
        session.fail(block, fmt::format("no file matches {}", block.words));
    }
}

void expect_unchanged(Session& session, const Block& block) {
    const auto before = session.remembered.find(block.words);
    if (before == session.remembered.end()) {
        session.fail(block, fmt::format("nothing was remembered as '{}'", block.words));
        return;
    }
    const std::map<std::string, std::string> after =
        matching_files(session.folder_of(block), block.words);
    std::string changes;
    for (const auto& [path, bytes] : before->second) {
        const auto now = after.find(path);
        changes += now == after.end()     ? fmt::format("    gone     {}\n", path)
                   : now->second != bytes ? fmt::format("    changed  {}\n", path)
                                          : "";
    }
    for (const auto& [path, bytes] : after) {
        changes += before->second.contains(path) ? "" : fmt::format("    new      {}\n", path);
    }
    if (!changes.empty()) {
        session.fail(block, changes);
    }
}

}  // namespace ingot::golden
