#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "case.h"
#include "server.h"

namespace ingot::golden {

// What the command before left for the blocks after it.
struct Output {
    std::string words;
    std::string stdout_text;
    std::string stderr_text;
    int exit = 0;
};

// New lines for the body of a block, kept until the case has run.
struct Edit {
    std::size_t first;
    std::size_t last;
    std::vector<std::string> lines;
};

// A case while it runs.
struct Session {
    const Case& golden;
    const Options& options;
    std::filesystem::path root;
    std::map<std::string, std::string> environment{};
    std::map<std::string, std::unique_ptr<Server>>
        servers{};  // by the variable that holds the address
    Output output{};
    int commands = 0;
    std::map<std::string, std::map<std::string, std::string>> remembered{};  // glob → path → bytes
    std::vector<Mismatch> mismatches{};
    std::vector<Edit> edits{};

    std::filesystem::path folder_of(const Block& block) const { return root / block.folder; }
    void fail(const Block& block, std::string text);
    // Reports the difference, or takes what is there when the case is being updated.
    void differ(const Block& block, const std::vector<std::string>& expected,
        const std::vector<std::string>& actual);
};

std::string read_bytes(const std::filesystem::path& path);
Output run_ingot(Session& session, const Block& block, const std::vector<std::string>& words);

// The expectations; each reports to the session.
void expect_body(Session& session, const Block& block);
void expect_texts(Session& session, const Block& block);
void expect_diagnostics(Session& session, const Block& block);
void expect_carets(Session& session, const Block& block);
void expect_rows(Session& session, const Block& block);
void expect_plan(Session& session, const Block& block);
void expect_files(Session& session, const Block& block);
void remember_files(Session& session, const Block& block);
void expect_unchanged(Session& session, const Block& block);

}  // namespace ingot::golden
