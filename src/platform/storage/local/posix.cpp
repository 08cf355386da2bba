#include "platform/storage/local/posix.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <system_error>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace ingot::storage::posix {

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

std::unexpected<Error> failed(std::string_view doing, const std::string& path) {
    const int reason = errno;
    char words[128] = {};
    return fail("STG001",
        std::string(doing) + " " + path + ": " + ::strerror_r(reason, words, sizeof words));
}

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string temporary_beside(const std::string& path) {
    static std::atomic<unsigned> count{0};
    return parent_of(path) + "/.ingot-" + std::to_string(::getpid()) + "-" +
           std::to_string(count++) + ".tmp";
}

Result<std::string> read_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about{};
    if (!file.open() || ::fstat(file.get(), &about) != 0) return failed("cannot read", path);
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t got = 0;
    for (;;) {
        if (got == bytes.size()) bytes.resize(bytes.size() + (about.st_size == 0 ? 4096 : 1));
        const auto n = ::read(file.get(), bytes.data() + got, bytes.size() - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("cannot read", path);
        if (n == 0) break;
        got += static_cast<std::size_t>(n);
    }
    bytes.resize(got);
    return bytes;
}

Result<std::size_t> read_at(const std::string& path, std::int64_t offset, std::span<char> into) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) return failed("cannot read", path);
    std::size_t got = 0;
    while (got < into.size()) {
        const auto n = ::pread(file.get(), into.data() + got, into.size() - got,
            offset + static_cast<std::int64_t>(got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("cannot read", path);
        if (n == 0) break;
        got += static_cast<std::size_t>(n);
    }
    return got;
}

Status write_new(const std::string& path, std::string_view bytes, bool sync) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.open()) return failed("cannot create", path);
    while (!bytes.empty()) {
        const auto n = ::write(file.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("cannot write", path);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (sync && ::fsync(file.get()) != 0) return failed("cannot sync", path);
    return {};
}

Status sync_path(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open() || ::fsync(file.get()) != 0) return failed("cannot sync", path);
    return {};
}

Status sync_paths(std::vector<std::string> paths) {
    std::ranges::sort(paths);
    paths.erase(std::ranges::unique(paths).begin(), paths.end());
    std::vector<Status> done(paths.size());
    std::atomic<std::size_t> next = 0;
    const auto sync_next = [&] {
        for (auto i = next++; i < paths.size(); i = next++) done[i] = sync_path(paths[i]);
    };
    constexpr std::size_t most_threads = 8;
    {
        std::vector<std::jthread> others;
        try {
            for (std::size_t i = 1; i < std::min(paths.size(), most_threads); ++i)
                others.emplace_back(sync_next);
        } catch (const std::system_error&) {
            // No thread to be had: it takes longer.
        }
        sync_next();
    }
    for (auto& one : done) TRY(std::move(one));
    return {};
}

Result<std::vector<std::string>> make_folders_unsynced(const std::string& path) {
    std::vector<std::string> changed;
    if (::mkdir(path.c_str(), 0777) == 0) return std::vector{parent_of(path)};
    if (errno == ENOENT && parent_of(path) != path) {
        changed = TRY(make_folders_unsynced(parent_of(path)));
        if (::mkdir(path.c_str(), 0777) == 0) {
            changed.push_back(parent_of(path));
            return changed;
        }
    }
    if (errno != EEXIST) return failed("cannot make folder", path);
    struct stat about{};
    if (::stat(path.c_str(), &about) != 0) return failed("cannot make folder", path);
    if (!S_ISDIR(about.st_mode)) {
        errno = ENOTDIR;
        return failed("cannot make folder", path);
    }
    return changed;
}

Status make_folders(const std::string& path, Kept kept) {
    auto changed = TRY(make_folders_unsynced(path));
    return kept == Kept::durable ? sync_paths(std::move(changed)) : Status{};
}

Result<std::vector<Entry>> entries(const std::string& path) {
    std::vector<Entry> found;
    DIR* folder = ::opendir(path.c_str());
    if (!folder) {
        if (errno == ENOENT) return found;
        return failed("cannot list", path);
    }
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(folder);
        if (!entry) break;
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        bool is_folder = entry->d_type == DT_DIR;
        if (entry->d_type == DT_UNKNOWN) {
            struct stat about{};
            is_folder =
                ::fstatat(::dirfd(folder), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
                S_ISDIR(about.st_mode);
        }
        found.push_back({std::string(name), is_folder});
    }
    const int reason = errno;
    ::closedir(folder);
    errno = reason;
    if (reason != 0) return failed("cannot list", path);
    return found;
}

Result<std::vector<std::string>> tree(const std::string& path) {
    std::vector<std::string> all{path};
    for (const auto& entry : TRY(entries(path))) {
        const std::string below = path + "/" + entry.name;
        if (entry.folder)
            std::ranges::move(TRY(tree(below)), std::back_inserter(all));
        else
            all.push_back(below);
    }
    return all;
}

Status remove_tree(const std::string& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
    if (errno != EISDIR && errno != EPERM) return failed("cannot remove", path);
    for (const auto& entry : TRY(entries(path))) TRY(remove_tree(path + "/" + entry.name));
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) return failed("cannot remove", path);
    return {};
}

}  // namespace ingot::storage::posix
