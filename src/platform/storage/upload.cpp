#include "platform/storage/upload.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace ingot::storage {

namespace {

constexpr std::int64_t largest_whole = std::int64_t{16} << 20;
constexpr std::int64_t smallest_part = std::int64_t{8} << 20;
constexpr std::int64_t most_parts = 9'000;  // stores take 10,000
constexpr std::size_t at_once = 4;

Result<std::string> piece_of(const std::string& path, std::int64_t offset, std::int64_t size) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (!file.seekg(offset) || !file.read(bytes.data(), size))
        return fail("STG001", "cannot read " + path + ", which was to be uploaded");
    return bytes;
}

class Parts {
public:
    Parts(ObjectStore& store, const std::string& path, const std::string& key,
        const std::string& upload, std::int64_t size)
        : store_(store), path_(path), key_(key), upload_(upload), size_(size) {
        part_size_ = std::max(smallest_part, size / most_parts + 1);
        ids_.resize(static_cast<std::size_t>((size + part_size_ - 1) / part_size_));
    }

    Result<std::vector<std::string>> send() {
        {
            std::vector<std::jthread> senders;
            for (std::size_t i = 0; i < std::min(at_once, ids_.size()); ++i)
                senders.emplace_back([this] { send_some(); });
        }
        if (failure_) return std::unexpected(*failure_);
        return std::move(ids_);
    }

private:
    void send_some() {
        for (;;) {
            const auto index = next_++;
            if (index >= ids_.size()) return;
            auto id = send_one(index);
            const std::scoped_lock lock(mutex_);
            if (failure_) return;
            if (!id) {
                failure_ = std::move(id).error();
                next_ = ids_.size();
                return;
            }
            ids_[index] = *std::move(id);
        }
    }

    Result<std::string> send_one(std::size_t index) {
        const auto offset = static_cast<std::int64_t>(index) * part_size_;
        const auto bytes = TRY(piece_of(path_, offset, std::min(part_size_, size_ - offset)));
        return store_.part(key_, upload_, index, bytes);
    }

    ObjectStore& store_;
    const std::string& path_;
    const std::string& key_;
    const std::string& upload_;
    const std::int64_t size_;
    std::int64_t part_size_ = 0;
    std::vector<std::string> ids_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::optional<Error> failure_;
};

}  // namespace

Status upload_file(ObjectStore& store, const std::string& local_path, const std::string& key,
    const UploadWatch& watch) {
    std::error_code error;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(local_path, error));
    if (error) return fail("STG001", "cannot look at " + local_path + ": " + error.message());
    if (size <= largest_whole) return store.put(key, TRY(piece_of(local_path, 0, size)));
    const auto upload = TRY(store.begin(key));
    TRY(watch.began(upload));
    const auto parts = Parts(store, local_path, key, upload, size).send();
    const auto done = parts ? store.complete(key, upload, *parts) : Status{};
    if (parts && done) return watch.ended();
    // Its parts would stay, and be paid for. If this fails too, what was told to the watch is for a repair.
    if (store.abort(key, upload)) (void)watch.ended();
    return parts ? done : std::unexpected(parts.error());
}

}  // namespace ingot::storage
