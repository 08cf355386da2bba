#pragma once
// Bytes at places. Paths are relative to the root that a FileSystem was opened on, with '/' between parts.
// All errors are of the family STG, with the path and the system's words. Thread-safe.
// What lies below _ingot/staging, _ingot/fetching and _ingot/tmp is always on a local disk, whatever holds the rest: there the engine
// may write, and rename() and publish_folder() bring it to its place.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot::storage {

struct FileInfo {
    std::string path;
    std::int64_t size = 0;
    std::int64_t modified_us = 0;  // since the epoch
    std::string version{};         // the store's mark of this content; empty on disks
};

// Whether a write must outlive a power cut. `no` is for what only living processes ask about, such as locks.
enum class Durable { yes, no };

class FileSystem {
public:
    virtual ~FileSystem() = default;
    // What the engine and people would open: an absolute path or a URL.
    virtual std::string url(const std::string& path) const = 0;
    virtual Result<bool> exists(const std::string& path) = 0;
    // A file; nothing when there is none.
    virtual Result<std::optional<FileInfo>> look(const std::string& path) = 0;
    virtual Result<std::string> read(const std::string& path) = 0;
    // Bytes from `offset` on; gives how many there were, which is less than asked for only at the end.
    virtual Result<std::size_t> read_at(
        const std::string& path, std::int64_t offset, std::span<char> into) = 0;
    // Files below a folder, at any depth, sorted by path; none when the folder does not exist. With a name: only
    // files of that name.
    virtual Result<std::vector<FileInfo>> list(
        const std::string& folder, std::string_view name = {}) = 0;
    // Names directly in a folder (files and folders), sorted; none when it does not exist.
    virtual Result<std::vector<std::string>> names(const std::string& folder) = 0;
    // Whole or not at all; durable when it returns, unless told that it need not be. Makes the folders above.
    virtual Status write(
        const std::string& path, const std::string& bytes, Durable durable = Durable::yes) = 0;
    // As write, but false (and nothing done) when the path exists. Atomic between processes.
    virtual Result<bool> put_if_absent(
        const std::string& path, const std::string& bytes, Durable durable = Durable::yes) = 0;
    // Where the engine may write files that sync() then puts into `folder`: an absolute path, made when it is absent.
    virtual Result<std::string> writable_folder(const std::string& folder) = 0;
    // Makes a file that the engine wrote to its writable folder durable, in its place.
    virtual Status sync(const std::string& path) = 0;
    virtual Status make_folder(const std::string& path) = 0;  // durable with what is put into it
    // Puts a finished folder into place, durable. Where folders can be exchanged, an existing one goes in one step.
    // Elsewhere _metadata.json is put last and makes the others count; what it does not name stays and has to be
    // swept, and a file that readers of the old one may need must not be among the new ones' names. STG102 when
    // somebody else published there at the same time.
    virtual Status publish_folder(const std::string& staged, const std::string& final_path) = 0;
    virtual bool exchanges_folders() const = 0;
    // Replaces a file that stands at `to`; durable.
    virtual Status rename(const std::string& from, const std::string& to) = 0;
    // A file or a whole folder; absent is fine.
    virtual Status remove(const std::string& path) = 0;
    // Uploads that were begun and not finished, by paths for remove_upload(). Disks have none.
    virtual Result<std::vector<FileInfo>> unfinished_uploads() = 0;
    virtual Status remove_upload(const std::string& path) = 0;
};

// True for what a write leaves under way: ".ingot-…". Nobody reads these; a repair removes old ones.
bool is_temporary(std::string_view path);

// Whether it lies in a folder that is always on a local disk.
bool is_scratch(std::string_view path);

// The local disk below `root` (created when absent).
Result<std::unique_ptr<FileSystem>> open_local(const std::string& root);

}  // namespace ingot::storage
