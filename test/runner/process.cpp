#include "process.h"

#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ingot::golden {

namespace {

constexpr unsigned longest_seconds = 120;
constexpr int cannot_start = 127;
constexpr int signal_base = 128;
constexpr int file_mode = 0644;

void point_stream(int stream, const std::filesystem::path& file, int flags) {
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | flags, file_mode);
    if (opened < 0 || ::dup2(opened, stream) < 0) {
        ::_exit(cannot_start);
    }
    ::close(opened);
}

[[noreturn]] void become(const Command& command, std::vector<char*>& arguments) {
    if (::chdir(command.folder.c_str()) != 0) {
        ::_exit(cannot_start);
    }
    for (const auto& [name, value] : command.environment) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    point_stream(STDIN_FILENO, "/dev/null", 0);
    point_stream(STDOUT_FILENO, command.stdout_file, O_TRUNC);
    if (command.stdout_file == command.stderr_file) {
        ::dup2(STDOUT_FILENO, STDERR_FILENO);
    } else {
        point_stream(STDERR_FILENO, command.stderr_file, O_TRUNC);
    }
    ::alarm(longest_seconds);
    ::execv(command.program.c_str(), arguments.data());
    ::_exit(cannot_start);
}

}  // namespace

int run_command(const Command& command) {
    std::vector<std::string> words{command.program};
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);

    const pid_t child = ::fork();
    if (child == 0) {
        become(command, arguments);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) < 0) {
        return cannot_start;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : signal_base + WTERMSIG(status);
}

}  // namespace ingot::golden
