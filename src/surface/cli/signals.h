#pragma once
// The first signal asks a run to end in order; a second one ends the program at once, with what is published standing.
#include <atomic>

namespace ingot::cli {

extern std::atomic<bool> interrupted;
void catch_signals();

}  // namespace ingot::cli
