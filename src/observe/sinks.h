#pragma once
// Sinks: what becomes of a run's events.
#include <cstdio>
#include <memory>
#include <string>

#include "event/events.h"

namespace ingot::observe {

struct ConsoleOptions {
    std::FILE* out = stderr;
    bool colors = false;
    bool live = false;   // a line that is rewritten in place
    bool quiet = false;  // failures only
    bool verbose = false;
};

// Lines for people: one per step, and a summary in which in = out + quarantined + dropped.
Bus::Sink console(const ConsoleOptions& options);

// One JSON object a line: timestamp, level, code, event, run_id, dataset, message and the event's own fields.
Bus::Sink jsonl(std::FILE* out, Clock clock, std::string run_id);

// "LEVEL: message" lines.
Bus::Sink simple(std::FILE* out);

// What a step's outcome reads like in one line, without colours.
std::string sentence(const StepReport& report);

}  // namespace ingot::observe
