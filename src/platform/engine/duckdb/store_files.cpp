#include "platform/engine/duckdb/store_files.h"

#include <algorithm>
#include <span>

#include "duckdb/common/exception.hpp"
#include "duckdb/common/file_system.hpp"
#include "platform/engine/duckdb/errors.h"
#include "platform/storage/glob.h"

namespace ingot::engine {

namespace {

using duckdb::FileHandle;
using duckdb::idx_t;
using duckdb::optional_ptr;

struct StoreHandle final : FileHandle {
    StoreHandle(duckdb::FileSystem& system, const std::string& url, duckdb::FileOpenFlags how,
        storage::Stores::Found where, storage::FileInfo about)
        : FileHandle(system, url, how), found(std::move(where)), info(std::move(about)) {}
    void Close() override {}

    storage::Stores::Found found;
    storage::FileInfo info;
    idx_t position = 0;
};

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw_error(result.error());
    return *std::move(result);
}

class StoreFiles final : public duckdb::FileSystem {
public:
    explicit StoreFiles(storage::Stores& stores) : stores_(stores) {}

    std::string GetName() const override { return "ingot_stores"; }
    bool CanHandleFile(const std::string& path) override {
        return storage::is_url(path) && !path.starts_with("http://") &&
               !path.starts_with("https://");
    }

    duckdb::unique_ptr<FileHandle> OpenFile(const std::string& url, duckdb::FileOpenFlags flags,
        optional_ptr<duckdb::FileOpener>) override {
        if (flags.OpenForWriting())
            throw duckdb::NotImplementedException(
                "%s: SQL cannot write to object stores; write to a file and copy it", url);
        auto found = value_or_throw(stores_.find(url));
        auto info = value_or_throw(found.files->look(found.path));
        if (!info) {
            if (flags.ReturnNullIfNotExists()) return nullptr;
            throw duckdb::IOException("%s is not there", url);
        }
        return duckdb::make_uniq<StoreHandle>(
            *this, url, flags, std::move(found), *std::move(info));
    }

    void Read(FileHandle& handle, void* buffer, int64_t size, idx_t location) override {
        if (read(handle, buffer, size, location) != size)
            throw duckdb::IOException(
                "%s ends before byte %llu", handle.GetPath(), location + static_cast<idx_t>(size));
    }

    int64_t Read(FileHandle& handle, void* buffer, int64_t size) override {
        auto& file = handle.Cast<StoreHandle>();
        const auto got = read(handle, buffer, size, file.position);
        file.position += static_cast<idx_t>(got);
        return got;
    }

    int64_t GetFileSize(FileHandle& handle) override {
        return handle.Cast<StoreHandle>().info.size;
    }
    duckdb::timestamp_t GetLastModifiedTime(FileHandle& handle) override {
        return duckdb::timestamp_t(handle.Cast<StoreHandle>().info.modified_us);
    }
    std::string GetVersionTag(FileHandle& handle) override {
        return handle.Cast<StoreHandle>().info.version;
    }
    duckdb::FileType GetFileType(FileHandle&) override {
        return duckdb::FileType::FILE_TYPE_REGULAR;
    }
    void Seek(FileHandle& handle, idx_t location) override {
        handle.Cast<StoreHandle>().position = location;
    }
    void Reset(FileHandle& handle) override { Seek(handle, 0); }
    idx_t SeekPosition(FileHandle& handle) override { return handle.Cast<StoreHandle>().position; }
    bool CanSeek() override { return true; }
    bool OnDiskFile(FileHandle&) override { return false; }

    bool FileExists(const std::string& url, optional_ptr<duckdb::FileOpener>) override {
        const auto found = value_or_throw(stores_.find(url));
        return value_or_throw(found.files->look(found.path)).has_value();
    }
    bool DirectoryExists(const std::string& url, optional_ptr<duckdb::FileOpener>) override {
        const auto found = value_or_throw(stores_.find(url));
        return !value_or_throw(found.files->names(found.path)).empty();
    }

    // A name without wildcards is taken at its word; opening it tells whether it is there.
    duckdb::vector<duckdb::OpenFileInfo> Glob(
        const std::string& pattern, duckdb::FileOpener*) override {
        if (!HasGlob(pattern)) return {duckdb::OpenFileInfo(pattern)};
        const auto found = value_or_throw(stores_.find(pattern));
        duckdb::vector<duckdb::OpenFileInfo> matching;
        for (const auto& file : value_or_throw(storage::glob(*found.files, found.path)))
            matching.emplace_back(found.bucket + "/" + file.path);
        return matching;
    }

private:
    static int64_t read(FileHandle& handle, void* buffer, int64_t size, idx_t location) {
        const auto& file = handle.Cast<StoreHandle>();
        const auto there = file.info.size - static_cast<int64_t>(location);
        const auto wanted = std::clamp<int64_t>(there, 0, size);
        const std::span into(static_cast<char*>(buffer), static_cast<std::size_t>(wanted));
        const auto got = value_or_throw(
            file.found.files->read_at(file.found.path, static_cast<std::int64_t>(location), into));
        if (got != into.size())
            throw duckdb::IOException("%s: the store sent %llu bytes instead of %llu",
                handle.GetPath(), got, into.size());
        return wanted;
    }

    storage::Stores& stores_;
};

}  // namespace

void register_stores(duckdb::DatabaseInstance& database, storage::Stores& stores) {
    duckdb::FileSystem::GetFileSystem(database).RegisterSubSystem(
        duckdb::make_uniq<StoreFiles>(stores));
}

}  // namespace ingot::engine
