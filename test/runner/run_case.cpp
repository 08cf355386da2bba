#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "case.h"
#include "encode.h"
#include "platform/engine/session.h"
#include "process.h"
#include "render.h"
#include "session.h"
#include "text.h"

namespace ingot::golden {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view default_project =
    "name: t\n"
    "default_target: dev\n"
    "targets:\n"
    "  dev: {engine: duckdb, warehouse: ./warehouse}\n";

void write_bytes(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

bool needs_project(const Case& golden) {
    return std::ranges::none_of(golden.blocks, [](const Block& block) {
        const bool project_file =
            block.kind == Kind::file && split_words(block.words).front() == "ingot.yml";
        const bool init =
            block.kind == Kind::command && split_words(block.words + " -").front() == "init";
        return project_file || init || block.kind == Kind::bare;
    });
}

// `file PATH [as ENCODING]`
void write_file(Session& session, const Block& block) {
    std::vector<std::string> words = split_words(block.words);
    std::string encoding;
    if (words.size() == 3 && words[1] == "as") {
        encoding = words[2];
    } else if (words.size() != 1) {
        session.fail(block, "write `file PATH` or `file PATH as ENCODING`");
        return;
    }
    const std::optional<std::string> bytes = encoded(join_lines(block.body), encoding);
    if (!bytes) {
        session.fail(block, fmt::format("unknown encoding '{}'", encoding));
        return;
    }
    write_bytes(session.folder_of(block) / words[0], *bytes);
}

// `database PATH`: the body is SQL, run on that DuckDB file, or on that SQLite file when it is called so.
void change_database(Session& session, const Block& block) {
    const fs::path path = session.folder_of(block) / block.words;
    fs::create_directories(path.parent_path());
    const auto changed = [&]() -> Status {
        const bool is_sqlite = path.extension() == ".sqlite";
        const auto engine = TRY(engine::open_duckdb({.database = is_sqlite ? "" : path.string()}));
        const auto connection = TRY(engine->connect());
        if (is_sqlite)
            TRY(connection->execute("LOAD sqlite_scanner; ATTACH '" + path.string() +
                                    "' AS there (TYPE sqlite_scanner); USE there"));
        TRY(connection->execute(join_lines(block.body)));
        return {};
    }();
    if (!changed) {
        session.fail(block, changed.error().message);
    }
}

void set_variable(Session& session, const Block& block) {
    const std::size_t equals = block.words.find('=');
    const std::string name = block.words.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : block.words.substr(equals + 1);
    session.environment.erase(name);
    if (!value.empty()) {
        session.environment[name] = value;
    }
}

// `server NAME`: the body says what it answers; NAME becomes a variable with its address.
void start_server(Session& session, const Block& block) {
    auto replies = read_replies(block.body);
    if (!replies) return session.fail(block, replies.error());
    const auto url = Server::start(session.servers, block.words, std::move(*replies));
    if (!url) return session.fail(block, url.error());
    session.environment[block.words] = *url;
}

// What the `exit` under a command says; 0 without one.
std::string expected_exit(const Case& golden, std::size_t command) {
    for (std::size_t at = command + 1; at < golden.blocks.size(); ++at) {
        if (golden.blocks[at].kind == Kind::exit) {
            return golden.blocks[at].words;
        }
        if (golden.blocks[at].kind == Kind::command || golden.blocks[at].kind == Kind::plan) {
            break;
        }
    }
    return "0";
}

bool is_expected_exit(const std::string& expected, int actual) {
    return expected == "any" ||
           (expected == "not 0" ? actual != 0 : expected == std::to_string(actual));
}

void run_block(Session& session, std::size_t at) {
    const Block& block = session.golden.blocks[at];
    session.output = run_ingot(session, block, split_words(block.words));
    const std::string expected = expected_exit(session.golden, at);
    if (!is_expected_exit(expected, session.output.exit)) {
        session.fail(block,
            fmt::format("`ingot {}` exits {}, not {}\n{}{}", block.words, session.output.exit,
                expected, session.output.stdout_text, session.output.stderr_text));
    }
    if (block.has_body) {
        expect_body(session, block);
    }
}

void do_block(Session& session, std::size_t at) {
    const Block& block = session.golden.blocks[at];
    switch (block.kind) {
        case Kind::file: return write_file(session, block);
        case Kind::database: return change_database(session, block);
        case Kind::server: return start_server(session, block);
        case Kind::remove: fs::remove_all(session.folder_of(block) / block.words); return;
        case Kind::env: return set_variable(session, block);
        case Kind::bare:
        case Kind::exit: return;
        case Kind::command: return run_block(session, at);
        case Kind::stdout_contains:
        case Kind::stdout_lacks:
        case Kind::stderr_contains:
        case Kind::stderr_lacks: return expect_texts(session, block);
        case Kind::diagnostics: return expect_diagnostics(session, block);
        case Kind::caret: return expect_carets(session, block);
        case Kind::table:
        case Kind::query: return expect_rows(session, block);
        case Kind::plan: return expect_plan(session, block);
        case Kind::files: return expect_files(session, block);
        case Kind::remember: return remember_files(session, block);
        case Kind::unchanged: return expect_unchanged(session, block);
    }
}

void write_edits(const Session& session) {
    std::vector<std::string> lines = session.golden.lines;
    const bool escapes = session.golden.path.ends_with(".test");
    for (auto edit = session.edits.rbegin(); edit != session.edits.rend(); ++edit) {
        std::vector<std::string> body = edit->lines;
        if (escapes) {
            std::ranges::transform(body, body.begin(), escaped);
        }
        const auto first = lines.begin() + static_cast<std::ptrdiff_t>(edit->first);
        const auto after =
            lines.erase(first, lines.begin() + static_cast<std::ptrdiff_t>(edit->last));
        lines.insert(after, body.begin(), body.end());
    }
    write_bytes(fs::absolute(session.golden.path), join_lines(lines));
}

fs::path fresh_folder() {
    std::string pattern = (fs::temp_directory_path() / "ingot_golden-XXXXXX").string();
    return ::mkdtemp(pattern.data()) == nullptr ? fs::path{} : fs::path(pattern);
}

}  // namespace

void Session::fail(const Block& block, std::string text) {
    mismatches.push_back({.line = block.line + 1, .text = std::move(text)});
}

void Session::differ(const Block& block, const std::vector<std::string>& expected,
    const std::vector<std::string>& actual) {
    if (options.update) {
        edits.push_back({.first = block.first, .last = block.last, .lines = actual});
    } else {
        fail(block, difference(expected, actual));
    }
}

std::string read_bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The clock goes a minute further and the run id counts on with each command, the same in every run of a case.
Output run_ingot(Session& session, const Block& block, const std::vector<std::string>& words) {
    const fs::path outside = session.root.string() + ".out";
    Command command{.program = session.options.ingot,
        .arguments = words,
        .folder = session.folder_of(block),
        .environment = session.environment,
        .stdout_file = outside / "stdout",
        .stderr_file = block.both_streams ? outside / "stdout" : outside / "stderr"};
    ++session.commands;
    command.environment.try_emplace(
        "INGOT_CLOCK", fmt::format("2026-01-15T{:02}:{:02}:00Z", 8 + session.commands / 60,
                           session.commands % 60));
    command.environment.try_emplace("INGOT_RUN_ID", fmt::format("r{:04}", session.commands));
    command.environment.try_emplace("NO_COLOR", "1");
    command.environment.try_emplace("TZ", "UTC");

    const auto redirect = std::ranges::find(command.arguments, ">");
    if (redirect != command.arguments.end() && std::next(redirect) != command.arguments.end()) {
        command.stdout_file = session.folder_of(block) / *std::next(redirect);
        fs::create_directories(command.stdout_file.parent_path());
        command.arguments.erase(redirect, redirect + 2);
    }
    fs::create_directories(outside);
    Output output;
    output.exit = run_command(command);
    output.stdout_text = read_bytes(command.stdout_file);
    output.stderr_text = block.both_streams ? "" : read_bytes(command.stderr_file);
    fs::remove_all(outside);
    return output;
}

Outcome run_case(const Case& golden, const Options& options) {
    Session session{.golden = golden, .options = options, .root = fresh_folder()};
    if (needs_project(golden)) {
        write_bytes(session.root / "ingot.yml", default_project);
    }
    for (std::size_t at = 0; at < golden.blocks.size() && session.mismatches.empty(); ++at) {
        do_block(session, at);
    }
    if (!session.edits.empty()) {
        write_edits(session);
    }
    if (!options.keep) {
        std::error_code gone;  // a folder that somebody else swept away is as good as removed
        fs::remove_all(session.root, gone);
    }
    return {.mismatches = std::move(session.mismatches), .folder = session.root.string()};
}

}  // namespace ingot::golden
