#pragma once
// Single steps on the local disk: each does one thing and tells the system's words when it cannot.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "base/result.h"

namespace ingot::storage::posix {

// An open file that is closed on the way out.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();
    int get() const { return fd_; }
    bool open() const { return fd_ >= 0; }

private:
    int fd_;
};

struct Entry {
    std::string name;
    bool folder = false;
};

// STG001 with the path and what errno says.
std::unexpected<Error> failed(std::string_view doing, const std::string& path);

std::string parent_of(const std::string& path);
// A name beside `path` that is_temporary and that nobody else takes.
std::string temporary_beside(const std::string& path);

Result<std::string> read_file(const std::string& path);
Result<std::size_t> read_at(const std::string& path, std::int64_t offset, std::span<char> into);
// Creates the file; it must not exist.
Status write_new(const std::string& path, std::string_view bytes, bool sync);
Status sync_path(const std::string& path);
// All at once, each path once: a disk that is told of them together writes its journal once or twice, not once for each.
Status sync_paths(std::vector<std::string> paths);
// Makes the folder and those above it; each new name is durable.
enum class Kept { durable, while_running };
Status make_folders(const std::string& path, Kept kept = Kept::durable);
// The same, but what has to be synced for that is only named.
Result<std::vector<std::string>> make_folders_unsynced(const std::string& path);
// Names in a folder without . and ..; none when it does not exist.
Result<std::vector<Entry>> entries(const std::string& path);
// The folder, and all files and folders in it.
Result<std::vector<std::string>> tree(const std::string& path);
Status remove_tree(const std::string& path);

}  // namespace ingot::storage::posix
