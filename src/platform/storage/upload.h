#pragma once
// Files of the local disk into a store: large ones in parts, several at a time, each part sent again on its own.
#include <functional>
#include <string>

#include "platform/storage/object_store.h"

namespace ingot::storage {

// Called with the upload's id before the first part is sent, and when nothing is left of it but the object.
struct UploadWatch {
    std::function<Status(const std::string& upload)> began;
    std::function<Status()> ended;
};

Status upload_file(ObjectStore& store, const std::string& local_path, const std::string& key,
    const UploadWatch& watch);

}  // namespace ingot::storage
