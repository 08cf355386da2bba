#pragma once
// One bucket or container of S3, Azure Blob Storage or GCS: whole objects by whole keys, every call blocking.
// The crate object_store does the talking (requests, signatures, credentials, retries with jitter); it stands in
// lib/libingot_object_store.so, which is loaded on first use. Thread-safe.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "platform/storage/pace.h"

namespace ingot::storage {

struct Object {
    std::string key;
    std::int64_t size = 0;
    std::int64_t modified_us = 0;
    std::string etag{};
    bool folder = false;
};

// Keys and values as the crate names them, and what it has no name for: ca_pem, max_retries, retry_for_ms, and
// reads_environment (true unless said), which lets the clouds' variables fill in what is not said.
using ObjectSettings = std::vector<std::pair<std::string, std::string>>;

// Errors name what was asked for by its URL. STG001 where the store does not answer or answers with an error,
// STG104 where it refuses the credentials, STG105 where its settings make no sense.
class ObjectStore {
public:
    struct Place {
        std::string kind;      // s3, azure or gcs
        std::string root_url;  // of the bucket, for messages
        ObjectSettings settings;
        PaceLimits limits{};
    };
    static Result<std::unique_ptr<ObjectStore>> open(Place place);
    ~ObjectStore();
    ObjectStore(const ObjectStore&) = delete;
    ObjectStore& operator=(const ObjectStore&) = delete;

    Result<std::optional<Object>> head(const std::string& key);
    Result<std::string> get(const std::string& key);
    Result<std::string> get(const std::string& key, std::int64_t offset, std::int64_t length);
    Status put(const std::string& key, std::string_view bytes);
    // False, and nothing done, when the object exists.
    Result<bool> put_if_absent(const std::string& key, std::string_view bytes);
    // False, and nothing done, when it is not the object of this etag any more.
    Result<bool> put_if_match(
        const std::string& key, std::string_view bytes, const std::string& etag);
    // Everything below a folder.
    Result<std::vector<Object>> list(const std::string& folder);
    // What is directly in a folder.
    Result<std::vector<Object>> list_one(const std::string& folder);
    Status remove(const std::vector<std::string>& keys);
    Status copy(const std::string& from, const std::string& to);
    // A large object in parts. An upload that is neither completed nor aborted is stored, and paid for, unseen.
    Result<std::string> begin(const std::string& key);
    Result<std::string> part(const std::string& key, const std::string& upload, std::size_t index,
        std::string_view bytes);
    Status complete(
        const std::string& key, const std::string& upload, const std::vector<std::string>& parts);
    Status abort(const std::string& key, const std::string& upload);

private:
    explicit ObjectStore(Place place);
    struct Answer {
        int code = 0;
        std::string bytes;
    };
    Result<Answer> ask(const std::function<Answer()>& call);
    Error error_of(const Answer& answer, std::string_view doing, const std::string& key) const;
    Result<std::string> wanted(
        std::string_view doing, const std::string& key, const std::function<Answer()>& call);
    Result<bool> put_where(
        const std::string& key, std::string_view bytes, int mode, const std::string& etag);

    Place place_;
    Pace pace_;
    Breaker breaker_;
    void* store_ = nullptr;
};

}  // namespace ingot::storage
