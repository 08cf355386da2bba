#pragma once
// Bytes at places. Paths are relative to the root that a FileSystem was opened on, with '/' between parts.
// All errors are STG001 with the path and the system's words. Thread-safe.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot::storage {

struct FileInfo {
    std::string path;
    std::int64_t size = 0;
    std::int64_t modified_us = 0;  // since the epoch
};

// Whether a write must outlive a power cut. `no` is for what only living processes ask about, such as locks.
enum class Durable { yes, no };

class FileSystem {
public:
    virtual ~FileSystem() = default;
    // What the engine and people would open: an absolute path or a URL.
    virtual std::string url(const std::string& path) const = 0;
    virtual Result<bool> exists(const std::string& path) = 0;
    virtual Result<std::string> read(const std::string& path) = 0;
    // Files below a folder, at any depth, sorted by path; none when the folder does not exist.
    virtual Result<std::vector<FileInfo>> list(const std::string& folder) = 0;
    // Names directly in a folder (files and folders), sorted; none when it does not exist.
    virtual Result<std::vector<std::string>> names(const std::string& folder) = 0;
    // Whole or not at all; durable when it returns, unless told that it need not be. Makes the folders above.
    virtual Status write(
        const std::string& path, const std::string& bytes, Durable durable = Durable::yes) = 0;
    // As write, but false (and nothing done) when the path exists. Atomic between processes.
    virtual Result<bool> put_if_absent(
        const std::string& path, const std::string& bytes, Durable durable = Durable::yes) = 0;
    // Makes a file that the engine wrote durable, and its folder entry.
    virtual Status sync(const std::string& path) = 0;
    virtual Status make_folder(const std::string& path) = 0;
    // Puts a finished folder into place, synced; an existing one is exchanged in one step and then removed.
    virtual Status publish_folder(const std::string& staged, const std::string& final_path) = 0;
    // Replaces a file that stands at `to`; durable.
    virtual Status rename(const std::string& from, const std::string& to) = 0;
    // A file or a whole folder; absent is fine.
    virtual Status remove(const std::string& path) = 0;
};

// True for what a write leaves under way: ".ingot-…". Nobody reads these; a repair removes old ones.
bool is_temporary(std::string_view path);

// The local disk below `root` (created when absent).
Result<std::unique_ptr<FileSystem>> open_local(const std::string& root);

}  // namespace ingot::storage
