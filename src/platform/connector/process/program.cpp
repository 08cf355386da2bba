#include "platform/connector/process/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <thread>

namespace ingot::process {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t block = 1U << 16U;
constexpr std::size_t kept_log = 8192;
constexpr int look_every_ms = 100;
constexpr auto grace = std::chrono::seconds(3);

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() = default;
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() { close(0), close(1); }
    bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }
    void close(std::size_t end) {
        if (ends[end] >= 0) ::close(ends[end]);
        ends[end] = -1;
    }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> environment_of(const Program& program) {
    std::vector<std::string> out;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text = *entry;
        const auto name = text.substr(0, text.find('='));
        const bool is_replaced = std::ranges::any_of(
            program.environment, [&](const auto& own) { return own.first == name; });
        if (!is_replaced) out.emplace_back(text);
    }
    for (const auto& [name, value] : program.environment) out.push_back(name + "=" + value);
    return out;
}

class Running {
public:
    Running(const Program& program, const Listening& listening)
        : program_(program), listening_(listening) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        if (child_ > 0) end();
    }

    Result<Ended> run() {
        TRY(start());
        if (program_.timeout) deadline_ = Clock::now() + *program_.timeout;
        while (out_.ends[0] >= 0 || err_.ends[0] >= 0) {
            TRY(look_around());
            TRY(listen());
        }
        while (!has_ended()) {
            TRY(look_around());
            std::this_thread::sleep_for(std::chrono::milliseconds(look_every_ms / 10));
        }
        return Ended{.why_bad = why_bad(), .log = std::move(log_)};
    }

private:
    Status start() {
        Pipe trouble;
        if (!out_.open() || !err_.open() || !trouble.open())
            return fail("EXT130", std::string("no pipe can be made: ") + std::strerror(errno));
        // Everything that takes memory is made before the fork: other threads may hold the allocator then.
        auto words = program_.command;
        auto variables = environment_of(program_);
        const auto arguments = pointers(words);
        const auto environment = pointers(variables);
        const auto self = ::getpid();
        child_ = ::fork();
        if (child_ < 0)
            return fail(
                "EXT130", "cannot start " + program_.command.front() + ": " + std::strerror(errno));
        if (child_ == 0) {
            become(arguments.data(), environment.data(), self);
            const int why = errno;
            (void)!::write(trouble.ends[1], &why, sizeof why);
            ::_exit(127);
        }
        ::setpgid(child_, child_);
        out_.close(1), err_.close(1), trouble.close(1);
        int why = 0;
        if (::read(trouble.ends[0], &why, sizeof why) == sizeof why) {
            end();
            const auto& name = program_.command.front();
            const bool is_line =
                program_.command.size() == 1 && name.find(' ') != std::string::npos;
            return fail("EXT130",
                "cannot start " + name + ": " + std::strerror(why) +
                    (is_line
                            ? "; a command is a list, [program, argument], and a line for the shell is shell:"
                            : "; is it installed, and in PATH?"));
        }
        for (auto* pipe : {&out_, &err_}) ::fcntl(pipe->ends[0], F_SETFL, O_NONBLOCK);
        return {};
    }

    // In the child, where only what is safe after a fork may be called. Comes back when it failed.
    void become(char* const* arguments, char* const* environment, pid_t parent) const {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(127);
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_DFL);
        const int nothing = ::open("/dev/null", O_RDONLY);
        if (nothing < 0 || ::dup2(nothing, 0) < 0 || ::dup2(out_.ends[1], 1) < 0 ||
            ::dup2(err_.ends[1], 2) < 0)
            return;
        if (!program_.folder.empty() && ::chdir(program_.folder.c_str()) != 0) return;
        ::execvpe(arguments[0], arguments, environment);
    }

    Status look_around() {
        if (listening_.stopped()) {
            end();
            return fail("RUN102", "interrupted");
        }
        if (!deadline_ || Clock::now() < *deadline_) {
            // A child of the program may hold its output open for ever.
            if (has_ended() && Clock::now() > *ended_at_ + grace) {
                out_.close(0), err_.close(0);
            }
            return {};
        }
        end();
        return fail("EXT131", program_.command.front() + " took longer than its timeout of " +
                                  std::to_string(program_.timeout->count() / 1'000'000) +
                                  " s and was ended; timeout: says how long it may take" +
                                  words_of(log_));
    }

    Status listen() {
        std::array<pollfd, 2> waiting{{{out_.ends[0], POLLIN, 0}, {err_.ends[0], POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), look_every_ms) <= 0) return {};
        std::array<char, block> bytes;
        if (waiting[1].revents != 0) {
            const auto got = ::read(err_.ends[0], bytes.data(), bytes.size());
            if (got == 0) err_.close(0);
            if (got > 0) keep_log({bytes.data(), static_cast<std::size_t>(got)});
        }
        if (waiting[0].revents == 0) return {};
        const auto got = ::read(out_.ends[0], bytes.data(), bytes.size());
        if (got == 0) out_.close(0);
        if (got <= 0) return {};
        return listening_.output({bytes.data(), static_cast<std::size_t>(got)});
    }

    void keep_log(std::string_view text) {
        log_ += text;
        if (log_.size() > 2 * kept_log) log_.erase(0, log_.size() - kept_log);
    }

    bool has_ended() {
        if (ended_at_) return true;
        if (::waitpid(child_, &status_, WNOHANG) != child_) return false;
        ended_at_ = Clock::now();
        return true;
    }

    // The whole group: politely, then not.
    void end() {
        ::kill(-child_, SIGTERM);
        const auto until = Clock::now() + grace;
        while (!has_ended() && Clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        ::kill(-child_, SIGKILL);
        if (!ended_at_) ::waitpid(child_, &status_, 0), ended_at_ = Clock::now();
        child_ = -1;
    }

    std::string why_bad() {
        // What it left running has nobody to talk to.
        ::kill(-child_, SIGKILL);
        child_ = -1;
        if (WIFSIGNALED(status_)) return "signal " + std::to_string(WTERMSIG(status_));
        const int code = WEXITSTATUS(status_);
        return code == 0 ? "" : "exit code " + std::to_string(code);
    }

    static std::string words_of(const std::string& log) {
        return log.empty() ? "" : "; its last words: " + log;
    }

    const Program& program_;
    const Listening& listening_;
    Pipe out_, err_;
    pid_t child_ = -1;
    int status_ = 0;
    std::optional<Clock::time_point> deadline_, ended_at_;
    std::string log_;
};

}  // namespace

std::string found(const Program& program) {
    namespace fs = std::filesystem;
    const auto& name = program.command.front();
    const auto runs = [](const fs::path& path) {
        return !fs::is_directory(path) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.contains('/')) {
        const auto path = (fs::path(program.folder) / name).lexically_normal();
        return runs(path) ? path.string() : "";
    }
    const char* variable = std::getenv("PATH");
    std::string_view rest = variable ? variable : "/usr/bin:/bin";
    while (!rest.empty()) {
        const auto end = std::min(rest.find(':'), rest.size());
        const auto path = fs::path(program.folder) / rest.substr(0, end) / name;
        if (runs(path)) return path.lexically_normal().string();
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return "";
}

Result<Ended> run(const Program& program, const Listening& listening) {
    return Running(program, listening).run();
}

}  // namespace ingot::process
