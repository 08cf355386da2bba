#include "base/process.h"

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

#include <unistd.h>

namespace ingot {

namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Field 22 of /proc/<pid>/stat; fields are counted after the name, which may hold spaces and parentheses.
std::optional<std::int64_t> start_of(std::int64_t pid) {
    const auto text = text_of("/proc/" + std::to_string(pid) + "/stat");
    auto at = text.rfind(')');
    if (at == std::string::npos) return {};
    ++at;
    if (at + 1 < text.size() && text[at + 1] == 'Z') return {};  // ended, only not yet waited for
    for (int field = 3; field < 22 && at != std::string::npos; ++field) at = text.find(' ', at + 1);
    std::int64_t start = 0;
    if (at == std::string::npos) return {};
    std::from_chars(text.data() + at + 1, text.data() + text.size(), start);
    return start;
}

std::string link_of(const char* path) {
    std::array<char, 128> text{};
    const auto size = ::readlink(path, text.data(), text.size());
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

// What does not change while this machine runs.
const Process& this_machine() {
    static const Process machine = [] {
        Process out;
        std::array<char, 256> host{};
        if (::gethostname(host.data(), host.size() - 1) == 0) out.host = host.data();
        out.boot = text_of("/proc/sys/kernel/random/boot_id");
        while (out.boot.ends_with('\n')) out.boot.pop_back();
        out.pid_namespace = link_of("/proc/self/ns/pid");
        return out;
    }();
    return machine;
}

}  // namespace

Process this_process() {
    Process out = this_machine();
    out.pid = ::getpid();
    out.start = start_of(out.pid).value_or(0);
    return out;
}

bool is_running(std::int64_t pid) { return start_of(pid).has_value(); }

bool is_gone(const Process& process) {
    const auto& here = this_machine();
    if (process.host != here.host) return false;
    if (process.boot != here.boot) return true;
    if (process.pid_namespace != here.pid_namespace) return false;
    return start_of(process.pid) != process.start;
}

}  // namespace ingot
