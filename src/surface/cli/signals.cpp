#include "surface/cli/signals.h"

#include <unistd.h>

#include <csignal>

namespace ingot::cli {

std::atomic<bool> interrupted{false};

namespace {

void on_signal(int) {
    if (interrupted.exchange(true)) _exit(130);
}

}  // namespace

void catch_signals() {
    struct sigaction action{};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

}  // namespace ingot::cli
