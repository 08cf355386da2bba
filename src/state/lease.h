#pragma once
// Who works on a dataset: a lease with a fencing number. Two runs of different datasets never wait for each other.
// On disk: _ingot/locks/<dataset>/<fencing number>.json; the highest number rules, and only its holder writes it.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "base/time.h"
#include "platform/storage/file_system.h"

namespace ingot::state {

struct Holder {
    Process process{};
    std::string run_id{};
    std::int64_t fence = 0;
    Instant acquired{};
    Instant expires{};
    bool released = false;
};

struct Lease {
    std::string dataset;
    std::int64_t fence = 0;
    Holder holder{};
};

class Leases {
public:
    using Now = std::function<Instant()>;
    // `files` is the warehouse and must outlive this. `now` is the real time, never a fixed clock: it is compared
    // with what other processes wrote.
    explicit Leases(storage::FileSystem& files, Now now = {},
        std::chrono::milliseconds time_to_live = std::chrono::minutes(1));

    // Waits up to `patience` for a holder that lives; then STATE101, which names it.
    Result<Lease> acquire(
        const std::string& dataset, const std::string& run_id, std::chrono::milliseconds patience);
    // STATE102 when another has taken over.
    Status renew(Lease& lease);
    // To be asked right before a commit: STATE102 when the lease ran out or another has taken over.
    Status check_fence(const Lease& lease);
    // Absent or lost is fine.
    Status release(const Lease& lease);
    // Who holds the dataset now; nobody when it is free, released, run out, or its process is gone.
    Result<std::optional<Holder>> holder(const std::string& dataset);
    // All live holders, of whatever dataset.
    Result<std::vector<Holder>> live();

    std::chrono::milliseconds time_to_live() const { return time_to_live_; }

private:
    Result<std::optional<Holder>> newest(const std::string& folder);
    bool is_free(const std::optional<Holder>& holder) const;
    Result<std::optional<Lease>> take(
        const std::string& dataset, const std::string& run_id, std::int64_t fence);

    storage::FileSystem& files_;
    Now now_;
    std::chrono::milliseconds time_to_live_;
};

// Leases of one run, renewed in the background until released or destroyed. Thread-safe.
class HeldLeases {
public:
    explicit HeldLeases(Leases& leases);
    ~HeldLeases();
    HeldLeases(const HeldLeases&) = delete;
    HeldLeases& operator=(const HeldLeases&) = delete;

    Status acquire(
        const std::string& dataset, const std::string& run_id, std::chrono::milliseconds patience);
    Status check_fence(const std::string& dataset);
    Status release(const std::string& dataset);

private:
    void renew_all();

    Leases& leases_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::map<std::string, Lease> held_;
    std::jthread renewing_;
};

}  // namespace ingot::state
