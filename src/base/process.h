#pragma once
// Which process on which machine: enough to tell later whether it still runs.
#include <cstdint>
#include <string>

namespace ingot {

struct Process {
    std::string host{};
    std::string boot{};           // changes when the machine starts anew
    std::string pid_namespace{};  // pids mean something only within it
    std::int64_t pid = 0;
    std::int64_t start = 0;  // clock ticks since the machine started; a reused pid has another

    bool operator==(const Process&) const = default;
};

Process this_process();

// True when this machine has a process of that number now.
bool is_running(std::int64_t pid);

// True when the process is known to have ended. One on another machine, or in another container, is never known to.
bool is_gone(const Process& process);

}  // namespace ingot
