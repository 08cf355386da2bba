#pragma once
// What every step of a run shares. Read-only but for Pins, the bus and the stop flag, which are thread-safe.
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.h"
#include "event/events.h"
#include "plan/plan.h"
#include "platform/engine/session.h"
#include "platform/storage/file_system.h"
#include "platform/storage/stores.h"
#include "platform/table/table.h"
#include "project/manifest.h"
#include "sql/fragment.h"
#include "state/lease.h"

namespace ingot::run {

// One dataset as this run's readers see it: a version, not "latest".
struct Pin {
    sql::Fragment select;          // all columns; for bronze with the _ingot_ columns
    sql::Fragment select_plain{};  // without the _ingot_ columns
    Columns columns{};             // of select_plain
    std::string content{};         // as state::Standing::content
    std::map<std::string, std::string> slices{};  // bronze: date -> fingerprint
    // bronze: rows of these slices alone, columns and types as in `select`
    std::function<sql::Fragment(const std::map<std::string, std::string>&)> slice_select{};
};

class Pins {
public:
    void set(const std::string& dataset, Pin pin) {
        const std::lock_guard lock(mutex_);
        pins_[dataset] = std::move(pin);
    }
    std::optional<Pin> get(const std::string& dataset) const {
        const std::lock_guard lock(mutex_);
        const auto it = pins_.find(dataset);
        return it == pins_.end() ? std::nullopt : std::optional(it->second);
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, Pin> pins_;
};

struct RunContext {
    const Manifest& manifest;
    const Plan& plan;
    engine::Engine& engine;
    storage::FileSystem& files;  // rooted at the warehouse
    table::TableFormat& tables;
    storage::Stores& stores;  // for files of sources that lie in stores
    Clock clock;
    std::string run_id;
    Bus& bus;
    Pins& pins;
    state::HeldLeases& leases;
    const std::atomic<bool>& stop;
    std::chrono::seconds lease_patience{30};
};

}  // namespace ingot::run
