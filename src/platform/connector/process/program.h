#pragma once
// Runs one program and reads what it prints, block by block.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ingot::process {

struct Program {
    std::vector<std::string> command;                                // looked up in PATH; no shell
    std::vector<std::pair<std::string, std::string>> environment{};  // beside that of this process
    std::string folder{};                                            // where it starts
    std::optional<std::chrono::microseconds> timeout{};
};

struct Ended {
    std::string why_bad{};  // "exit code 3", "signal 9"; empty after success
    std::string log{};      // the last of what it wrote to stderr
};

struct Listening {
    std::function<Status(std::string_view)> output;
    std::function<bool()> stopped;
};

// Where the program lies; empty when it cannot be found or run.
std::string found(const Program& program);

// The program has a process group of its own. It is ended, all of it, when it takes longer than its timeout (EXT131),
// when `stopped` says so (RUN102), when `output` fails, and when this process dies. EXT130 when it cannot be started.
Result<Ended> run(const Program& program, const Listening& listening);

}  // namespace ingot::process
