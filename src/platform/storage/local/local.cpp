// Files on the local disk. A write is a finished temporary file that is renamed or linked to its name.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

#include "platform/storage/file_system.h"
#include "platform/storage/local/posix.h"

namespace ingot::storage {

namespace {

std::int64_t microseconds(const timespec& t) {
    return static_cast<std::int64_t>(t.tv_sec) * 1'000'000 + t.tv_nsec / 1'000;
}

bool leaves_root(std::string_view path) {
    if (path.starts_with('/')) return true;
    for (std::size_t at = 0; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        if (path.substr(at, end - at) == "..") return true;
        at = end + 1;
    }
    return false;
}

Status list_below(const std::string& absolute, const std::string& relative, std::string_view name,
    std::vector<FileInfo>& found) {
    for (const auto& entry : TRY(posix::entries(absolute))) {
        const std::string path = relative.empty() ? entry.name : relative + "/" + entry.name;
        const std::string place = absolute + "/" + entry.name;
        if (entry.folder) {
            TRY(list_below(place, path, name, found));
            continue;
        }
        if (!name.empty() && entry.name != name) continue;
        struct stat about{};
        // Gone since it was listed, or a link to nowhere: no file.
        if (::stat(place.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
        found.push_back({path, about.st_size, microseconds(about.st_mtim)});
    }
    return {};
}

class Local final : public FileSystem {
public:
    explicit Local(std::string root) : root_(std::move(root)) {}

    std::string url(const std::string& path) const override {
        return path.empty() ? root_ : root_ + "/" + path;
    }

    Result<bool> exists(const std::string& path) override {
        const auto place = TRY(place_of(path));
        if (::access(place.c_str(), F_OK) == 0) return true;
        if (errno == ENOENT || errno == ENOTDIR) return false;
        return posix::failed("cannot look at", place);
    }

    Result<std::optional<FileInfo>> look(const std::string& path) override {
        const auto place = TRY(place_of(path));
        struct stat about{};
        if (::stat(place.c_str(), &about) == 0 && S_ISREG(about.st_mode))
            return FileInfo{path, about.st_size, microseconds(about.st_mtim)};
        if (errno == ENOENT || errno == ENOTDIR || S_ISDIR(about.st_mode)) return std::nullopt;
        return posix::failed("cannot look at", place);
    }

    Result<std::string> read(const std::string& path) override {
        return posix::read_file(TRY(place_of(path)));
    }

    Result<std::size_t> read_at(
        const std::string& path, std::int64_t offset, std::span<char> into) override {
        return posix::read_at(TRY(place_of(path)), offset, into);
    }

    Result<std::vector<FileInfo>> list(const std::string& folder, std::string_view name) override {
        std::vector<FileInfo> found;
        const auto place = TRY(place_of(folder));
        TRY(list_below(place, folder, name, found));
        std::ranges::sort(found, {}, &FileInfo::path);
        return found;
    }

    Result<std::vector<std::string>> names(const std::string& folder) override {
        std::vector<std::string> found;
        const auto place = TRY(place_of(folder));
        for (auto& entry : TRY(posix::entries(place))) found.push_back(std::move(entry.name));
        std::ranges::sort(found);
        return found;
    }

    Status write(const std::string& path, const std::string& bytes, Durable durable) override {
        const auto place = TRY(place_of(path));
        const auto temporary = TRY(finished_beside(place, bytes, durable));
        if (::rename(temporary.c_str(), place.c_str()) != 0) {
            auto error = posix::failed("cannot write", place);
            ::unlink(temporary.c_str());
            return error;
        }
        return settle(place, durable);
    }

    Result<bool> put_if_absent(
        const std::string& path, const std::string& bytes, Durable durable) override {
        const auto place = TRY(place_of(path));
        const auto temporary = TRY(finished_beside(place, bytes, durable));
        const bool linked = ::link(temporary.c_str(), place.c_str()) == 0;
        const bool stands = !linked && errno == EEXIST;
        auto error = linked || stands ? Status{} : Status(posix::failed("cannot write", place));
        ::unlink(temporary.c_str());
        TRY(std::move(error));
        if (linked) TRY(settle(place, durable));
        return linked;
    }

    Result<std::string> writable_folder(const std::string& folder) override {
        auto place = TRY(place_of(folder));
        TRY(posix::make_folders(place));
        return place;
    }

    Status sync(const std::string& path) override {
        const auto place = TRY(place_of(path));
        return posix::sync_paths({place, posix::parent_of(place)});
    }

    Status make_folder(const std::string& path) override {
        return posix::make_folders(TRY(place_of(path)), posix::Kept::while_running);
    }

    Status publish_folder(const std::string& staged, const std::string& final_path) override {
        const auto from = TRY(place_of(staged));
        const auto to = TRY(place_of(final_path));
        auto written = TRY(posix::tree(from));
        std::ranges::move(
            TRY(posix::make_folders_unsynced(posix::parent_of(to))), std::back_inserter(written));
        TRY(posix::sync_paths(std::move(written)));
        if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
            if (errno != EEXIST && errno != EINVAL) return posix::failed("cannot publish", to);
            TRY(exchange(from, to));
        }
        TRY(posix::sync_path(posix::parent_of(to)));
        // After an exchange the old folder lies where the staged one was; after a rename nothing does.
        return posix::remove_tree(from);
    }

    bool exchanges_folders() const override { return true; }

    Status rename(const std::string& from, const std::string& to) override {
        const auto old_place = TRY(place_of(from));
        const auto place = TRY(place_of(to));
        TRY(posix::make_folders(posix::parent_of(place)));
        if (::rename(old_place.c_str(), place.c_str()) != 0)
            return posix::failed("cannot rename", old_place + " to " + place);
        return posix::sync_path(posix::parent_of(place));
    }

    Status remove(const std::string& path) override {
        const auto place = TRY(place_of(path));
        if (place == root_) return fail("BUG001", "asked to remove the root " + root_);
        return posix::remove_tree(place);
    }

    Result<std::vector<FileInfo>> unfinished_uploads() override { return std::vector<FileInfo>{}; }
    Status remove_upload(const std::string&) override { return {}; }

private:
    Result<std::string> place_of(const std::string& path) const {
        if (leaves_root(path)) return fail("STG001", "the path '" + path + "' leaves " + root_);
        return url(path);
    }

    // A temporary file with these bytes beside `place`.
    static Result<std::string> finished_beside(
        const std::string& place, const std::string& bytes, Durable durable) {
        auto temporary = posix::temporary_beside(place);
        auto written = posix::write_new(temporary, bytes, durable == Durable::yes);
        if (!written) {
            // Most likely the folder is not there yet. Another process may make it at this moment.
            ::unlink(temporary.c_str());
            TRY(posix::make_folders(posix::parent_of(place),
                durable == Durable::yes ? posix::Kept::durable : posix::Kept::while_running));
            written = posix::write_new(temporary, bytes, durable == Durable::yes);
        }
        if (!written) ::unlink(temporary.c_str());
        TRY(std::move(written));
        return temporary;
    }

    static Status settle(const std::string& place, Durable durable) {
        return durable == Durable::yes ? posix::sync_path(posix::parent_of(place)) : Status{};
    }

    // In one step where the disk can; else the old folder steps aside first, for the time of one rename.
    static Status exchange(const std::string& from, const std::string& to) {
        if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0)
            return {};
        if (errno == ENOENT && ::rename(from.c_str(), to.c_str()) == 0) return {};
        if (errno != EINVAL && errno != ENOSYS) return posix::failed("cannot publish", to);
        const auto aside = posix::temporary_beside(to);
        if (::rename(to.c_str(), aside.c_str()) != 0 && errno != ENOENT)
            return posix::failed("cannot move aside", to);
        if (::rename(from.c_str(), to.c_str()) != 0) {
            auto error = posix::failed("cannot publish", to);
            ::rename(aside.c_str(), to.c_str());
            return error;
        }
        return posix::remove_tree(aside);
    }

    std::string root_;
};

}  // namespace

Result<std::unique_ptr<FileSystem>> open_local(const std::string& root) {
    std::error_code error;
    auto place = std::filesystem::absolute(root, error).lexically_normal().string();
    if (error) return fail("STG001", "cannot open '" + root + "': " + error.message());
    while (place.size() > 1 && place.ends_with('/')) place.pop_back();
    TRY(posix::make_folders(place));
    return std::make_unique<Local>(std::move(place));
}

}  // namespace ingot::storage
