#include "state/lease.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace ingot::state {

namespace {

using Json = nlohmann::ordered_json;
constexpr const char* locks = "_ingot/locks";

// A dataset's name as one folder name: letters, digits and . _ - stay.
std::string folder_of(const std::string& dataset) {
    std::string out = std::string(locks) + "/";
    for (const char c : dataset) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (word || c == '.' || c == '_' || c == '-') {
            out += c;
            continue;
        }
        char hex[4];
        std::snprintf(
            hex, sizeof hex, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += hex;
    }
    return out;
}

std::string path_of(const std::string& folder, std::int64_t fence) {
    char name[32];
    std::snprintf(name, sizeof name, "/%012lld.json", static_cast<long long>(fence));
    return folder + name;
}

std::int64_t fence_in(std::string_view name) {
    std::int64_t fence = 0;
    if (!name.ends_with(".json") || name.starts_with('.')) return 0;
    std::from_chars(name.data(), name.data() + name.size(), fence);
    return fence;
}

std::string text_of(const Holder& holder) {
    const Json json = {{"host", holder.process.host}, {"boot", holder.process.boot},
        {"pid_namespace", holder.process.pid_namespace}, {"pid", holder.process.pid},
        {"process_start", holder.process.start}, {"run_id", holder.run_id}, {"fence", holder.fence},
        {"acquired", to_string(holder.acquired)}, {"expires", to_string(holder.expires)},
        {"released", holder.released}};
    return json.dump(2) + "\n";
}

// A file that does not read as a holder is one of nobody: it only blocks its number.
Holder holder_in(const std::string& text, std::int64_t fence) {
    Holder holder{.fence = fence};
    holder.released = true;
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return holder;
    try {
        holder.process = {json.value("host", ""), json.value("boot", ""),
            json.value("pid_namespace", ""), json.value("pid", std::int64_t{0}),
            json.value("process_start", std::int64_t{0})};
        holder.run_id = json.value("run_id", "");
        holder.acquired = parse_instant(json.value("acquired", "")).value_or(Instant{});
        holder.expires = parse_instant(json.value("expires", "")).value_or(Instant{});
        holder.released = json.value("released", false);
    } catch (const nlohmann::json::exception&) {
        holder.released = true;
    }
    return holder;
}

std::string described(const Holder& holder) {
    return "run " + holder.run_id + " (process " + std::to_string(holder.process.pid) + " on " +
           holder.process.host + ", lease until " + to_string(holder.expires) + ")";
}

std::unexpected<Error> lost(const Lease& lease, const std::optional<Holder>& newest) {
    const auto by = newest && newest->fence > lease.fence ? "taken over by " + described(*newest)
                                                          : "it ran out before it was renewed";
    return fail("STATE102",
        lease.dataset + ": the lease of run " + lease.holder.run_id + " was lost: " + by);
}

}  // namespace

Leases::Leases(storage::FileSystem& files, Now now, std::chrono::milliseconds time_to_live)
    : files_(files), now_(std::move(now)), time_to_live_(time_to_live) {
    if (!now_)
        now_ = [] {
            return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        };
}

Result<std::optional<Holder>> Leases::newest(const std::string& folder) {
    // A listed file may be gone when it is read, because its successor stands: look again.
    for (int attempt = 0;; ++attempt) {
        std::int64_t fence = 0;
        for (const auto& name : TRY(files_.names(folder))) fence = std::max(fence, fence_in(name));
        if (fence == 0) return std::nullopt;
        auto text = files_.read(path_of(folder, fence));
        if (text) return holder_in(*text, fence);
        if (attempt == 20) return std::unexpected(std::move(text).error());
    }
}

bool Leases::is_free(const std::optional<Holder>& holder) const {
    return !holder || holder->released || holder->expires <= now_() || is_gone(holder->process);
}

Result<std::optional<Lease>> Leases::take(
    const std::string& dataset, const std::string& run_id, std::int64_t fence) {
    const auto folder = folder_of(dataset);
    const auto now = now_();
    const Holder holder{.process = this_process(),
        .run_id = run_id,
        .fence = fence,
        .acquired = now,
        .expires = now + time_to_live_};
    if (!TRY(files_.put_if_absent(path_of(folder, fence), text_of(holder), storage::Durable::no)))
        return std::nullopt;
    // Whoever was slow between looking and taking may have got a number that was already passed and cleaned away.
    const auto names = TRY(files_.names(folder));
    for (const auto& name : names)
        if (fence_in(name) > fence) {
            TRY(files_.remove(path_of(folder, fence)));
            return std::nullopt;
        }
    for (const auto& name : names)
        if (const auto old = fence_in(name); old > 0 && old < fence)
            TRY(files_.remove(path_of(folder, old)));
    return Lease{dataset, fence, holder};
}

Result<Lease> Leases::acquire(
    const std::string& dataset, const std::string& run_id, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    auto pause = std::chrono::milliseconds(5);
    for (;;) {
        const auto current = TRY(newest(folder_of(dataset)));
        if (is_free(current)) {
            auto lease = TRY(take(dataset, run_id, current ? current->fence + 1 : 1));
            if (lease) return *std::move(lease);
            continue;  // another was faster: look who
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return fail("STATE101", dataset + " is held by " + described(*current));
        std::this_thread::sleep_for(std::min(pause, left));
        pause = std::min(pause * 2, std::chrono::milliseconds(50));
    }
}

Status Leases::renew(Lease& lease) {
    TRY(check_fence(lease));
    lease.holder.expires = now_() + time_to_live_;
    TRY(files_.write(path_of(folder_of(lease.dataset), lease.fence), text_of(lease.holder),
        storage::Durable::no));
    // Taken over between the look and the write: what was just written is an old number and harms nobody.
    const auto current = TRY(newest(folder_of(lease.dataset)));
    if (!current || current->fence != lease.fence) return lost(lease, current);
    return {};
}

Status Leases::check_fence(const Lease& lease) {
    const auto current = TRY(newest(folder_of(lease.dataset)));
    const bool mine = current && current->fence == lease.fence &&
                      current->run_id == lease.holder.run_id &&
                      current->process == lease.holder.process && !current->released;
    if (!mine || current->expires <= now_()) return lost(lease, current);
    return {};
}

Status Leases::release(const Lease& lease) {
    const auto current = TRY(newest(folder_of(lease.dataset)));
    if (!current || current->fence != lease.fence || current->process != lease.holder.process)
        return {};
    Holder released = lease.holder;
    released.released = true;
    return files_.write(
        path_of(folder_of(lease.dataset), lease.fence), text_of(released), storage::Durable::no);
}

Result<std::optional<Holder>> Leases::holder(const std::string& dataset) {
    auto current = TRY(newest(folder_of(dataset)));
    if (is_free(current)) return std::nullopt;
    return current;
}

Result<std::vector<Holder>> Leases::live() {
    std::vector<Holder> holders;
    for (const auto& name : TRY(files_.names(locks))) {
        auto current = TRY(newest(std::string(locks) + "/" + name));
        if (!is_free(current)) holders.push_back(*std::move(current));
    }
    return holders;
}

HeldLeases::HeldLeases(Leases& leases) : leases_(leases) {
    renewing_ = std::jthread([this](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            wake_.wait_for(lock, stop, leases_.time_to_live() / 3, [] { return false; });
            if (!stop.stop_requested()) renew_all();
        }
    });
}

HeldLeases::~HeldLeases() {
    renewing_.request_stop();
    renewing_.join();
    for (const auto& [dataset, lease] : held_) static_cast<void>(leases_.release(lease));
}

void HeldLeases::renew_all() {
    // One that is lost stays in the map: check_fence tells its run, which must not publish.
    for (auto& [dataset, lease] : held_) static_cast<void>(leases_.renew(lease));
}

Status HeldLeases::acquire(
    const std::string& dataset, const std::string& run_id, std::chrono::milliseconds patience) {
    auto lease = TRY(leases_.acquire(dataset, run_id, patience));
    const std::scoped_lock lock(mutex_);
    held_.insert_or_assign(dataset, std::move(lease));
    return {};
}

Status HeldLeases::check_fence(const std::string& dataset) {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(dataset);
    if (held == held_.end()) return fail("BUG001", "no lease is held for " + dataset);
    return leases_.check_fence(held->second);
}

Status HeldLeases::release(const std::string& dataset) {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(dataset);
    if (held == held_.end()) return {};
    auto released = leases_.release(held->second);
    held_.erase(held);
    return released;
}

}  // namespace ingot::state
