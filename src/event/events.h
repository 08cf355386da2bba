#pragma once
// What can be told about a run. Nothing below surface/ prints: it emits one of these.
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ingot {

// Where every row of a step went: in = out + quarantined + dropped, and of `out`, duplicates were seen before.
struct RowCounts {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t quarantined = 0;
    std::int64_t dropped = 0;
    std::int64_t duplicates = 0;
    std::int64_t padded = 0;
    bool reconcile() const { return in == out + quarantined + dropped; }
};

struct RuleOutcome {
    std::string name;
    std::string on_fail;
    std::int64_t failed = 0;
};

// What one step of cleaning did to how many values.
struct CleaningOutcome {
    std::string name;
    std::int64_t changed = 0;
    std::int64_t not_understood = 0;
};

enum class StepStatus { done, unchanged, failed, skipped };
std::string_view to_string(StepStatus status);

struct StepReport {
    std::string dataset;
    std::optional<Date> slice;
    std::string reason;
    StepStatus status = StepStatus::done;
    RowCounts rows;
    std::vector<RuleOutcome> rules;
    std::vector<CleaningOutcome> cleaning;
    std::vector<std::string> warnings;
    std::int64_t table_rows = -1;  // rows of the table after the step, when known
    std::int64_t version = -1;
    double seconds = 0;
    std::optional<Error> error;
};

struct RunStarted {
    std::string run_id;
    std::size_t steps = 0;
    std::map<std::string, std::size_t> steps_of{};  // by dataset
};
struct StepStarted {
    std::string dataset;
    std::optional<Date> slice;
    std::string reason;
};
struct StepFinished {
    StepReport report;
};
struct Notice {
    std::string dataset;
    std::string message;
};
struct RunFinished {
    std::string run_id;
    std::vector<StepReport> reports;
    double seconds = 0;
    bool interrupted = false;
};

using Event = std::variant<RunStarted, StepStarted, StepFinished, Notice, RunFinished>;

// Hands each event to every sink, one at a time, in the order of emission. Thread-safe.
class Bus {
public:
    using Sink = std::function<void(const Event&)>;
    void attach(Sink sink) { sinks_.push_back(std::move(sink)); }
    void emit(const Event& event) {
        const std::lock_guard lock(mutex_);
        for (const auto& sink : sinks_) sink(event);
    }

private:
    std::mutex mutex_;
    std::vector<Sink> sinks_;
};

}  // namespace ingot
