#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ingot::golden {

struct Command {
    std::string program;
    std::vector<std::string> arguments;
    std::filesystem::path folder;
    std::map<std::string, std::string> environment;  // added to ours
    std::filesystem::path stdout_file;
    std::filesystem::path stderr_file;  // the same path: both in the order they were printed
};

// The exit code; 128 + n when signal n ended it, 127 when it could not be started.
int run_command(const Command& command);

}  // namespace ingot::golden
