#pragma once
// What runs did: one file for each in _ingot/runs. A cache of what the tables' own logs say, and what they cannot say:
// failures, skips, times. Losing it loses no data.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "base/time.h"
#include "platform/storage/file_system.h"

namespace ingot::state {

enum class Outcome { running, success, failed, skipped, interrupted };

std::string_view to_string(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view text);

struct StepRecord {
    std::string dataset{};
    std::string slice{};  // a date, or empty where the step is not of one slice
    Outcome outcome = Outcome::running;
    std::string reason{};  // why it ran, or why it was skipped
    std::int64_t rows_in = 0;
    std::int64_t rows_out = 0;
    std::int64_t quarantined = 0;
    std::int64_t dropped = 0;
    std::int64_t padded = 0;
    std::int64_t duplicates = 0;
    double seconds = 0;
    std::string error_code{};
    std::string error_message{};
};

struct RunRecord {
    std::string run_id{};
    Instant started{};
    std::optional<Instant> finished{};
    Outcome outcome = Outcome::running;
    std::vector<std::string> args{};
    Process process{};
    std::vector<StepRecord> steps{};
};

// Sorts by time: "20260102T030405678901Z-4f2a9c". INGOT_RUN_ID instead, where it is set.
std::string new_run_id(Instant now);

// Still running, as far as this machine can tell: not finished, and its process is not known to be gone.
bool is_live(const RunRecord& run);

class Journal {
public:
    // `files` is the warehouse and must outlive this.
    explicit Journal(storage::FileSystem& files) : files_(files) {}
    // Written when a run begins and again when it ends; whole or not at all.
    Status write(const RunRecord& run);
    Result<std::optional<RunRecord>> read(const std::string& run_id);
    // The newest first. A file that cannot be read is left out: the journal is no source of truth.
    Result<std::vector<RunRecord>> newest(std::size_t count);

private:
    storage::FileSystem& files_;
};

}  // namespace ingot::state
