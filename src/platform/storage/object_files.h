#pragma once
// A prefix of a bucket as a FileSystem, with a folder on the local disk for what is not published yet.
#include <memory>
#include <string>

#include "platform/storage/file_system.h"
#include "platform/storage/object_store.h"

namespace ingot::storage {

struct ObjectFilesPlace {
    std::unique_ptr<ObjectStore> store;
    std::string bucket;   // scheme://authority
    std::string prefix;   // without slashes at its ends; may be empty
    std::string scratch;  // made when something is written there
};

std::unique_ptr<FileSystem> open_object_files(ObjectFilesPlace place);

}  // namespace ingot::storage
