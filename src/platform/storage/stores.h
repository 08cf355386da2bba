#pragma once
// Places by URL: s3://bucket/prefix, az://container/prefix, gs://bucket/prefix, file:///folder, or a path.
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "platform/storage/file_system.h"
#include "platform/storage/store_options.h"

namespace ingot::storage {

// True for what is to be asked of Stores and not of the disk.
bool is_url(std::string_view path);
// The local path of a file:// URL, or the text itself.
std::string without_file_scheme(const std::string& path);

// The stores of one command, each opened on first use. Thread-safe. The engine's library calls the virtual functions.
class Stores {
public:
    struct Settings {
        StoreOptions options{};
        std::string project_root{};  // for files that options and secrets name
        std::string scratch{};       // a local folder, made when something is written
    };
    explicit Stores(Settings settings) : settings_(std::move(settings)) {}
    virtual ~Stores() = default;

    // A file system whose root is the URL or folder. STG105 for a URL of no known kind.
    Result<std::unique_ptr<FileSystem>> open(const std::string& root);

    struct Found {
        FileSystem* files = nullptr;  // rooted at the bucket
        std::string path;
        std::string bucket;  // scheme://authority
    };
    virtual Result<Found> find(const std::string& url);

private:
    Settings settings_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<FileSystem>> buckets_;
};

}  // namespace ingot::storage
