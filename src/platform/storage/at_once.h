#pragma once
// The same for many files of a store, where each request is a journey.
#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "platform/storage/file_system.h"

namespace ingot::storage {

// What `read(i)` gives for i below `count`, in that order: several at a time in stores, one after another on disks. Of
// failures the one of the smallest i is told; `read` has to be thread-safe.
template <class T, class Read>
Result<std::vector<T>> at_once(const FileSystem& files, std::size_t count, const Read& read) {
    constexpr std::size_t most = 16;
    std::vector<std::optional<Result<T>>> found(count);
    std::atomic<std::size_t> next{0};
    const auto take = [&] {
        for (auto i = next++; i < count; i = next++) {
            found[i].emplace(read(i));
            if (!*found[i]) next = count;
        }
    };
    {
        std::vector<std::jthread> others;
        const auto wanted = files.exchanges_folders() ? 1 : std::min(most, count);
        for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(take);
        take();
    }
    std::vector<T> all;
    all.reserve(count);
    for (auto& one : found) {
        if (!one) continue;
        if (!*one) return std::unexpected(std::move(*one).error());
        all.push_back(**std::move(one));
    }
    return all;
}

}  // namespace ingot::storage
