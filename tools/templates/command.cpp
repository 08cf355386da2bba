#include <cstdio>

#include "surface/cli/command.h"

namespace ingot::cli {

namespace {

int run_$name(const Arguments&) {
    std::fputs("$words: not written yet\n", stderr);
    return 5;
}

}  // namespace

extern const Command ${name}_command;
const Command ${name}_command{"$words", "Say what it does, in one line", {}, {}, run_$name};

}  // namespace ingot::cli
