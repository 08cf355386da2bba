#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "run/step.h"

namespace ingot::run {

namespace {

// "after-commit", or "after-commit:3" for the third time it is passed.
struct Wanted {
    std::string_view name;
    std::atomic<int> times{1};

    explicit Wanted(const char* text) : name(text ? text : "") {
        const auto colon = name.find(':');
        if (colon == std::string_view::npos) return;
        int count = 1;
        std::from_chars(name.data() + colon + 1, name.data() + name.size(), count);
        times = count;
        name = name.substr(0, colon);
    }
};

}  // namespace

void boundary(std::string_view name) {
    static Wanted wanted(std::getenv("INGOT_FAIL_AT"));
    if (name == wanted.name && --wanted.times == 0) std::raise(SIGKILL);
}

}  // namespace ingot::run
