#pragma once
// What a foundry configuration says about where bronze is kept, as a place in a store.
#include <memory>
#include <string>

#include "platform/storage/stores.h"
#include "project/foundry/platform.h"

namespace ingot::api {

enum class Reach { any, onprem };

// s3://bucket/prefix, az://container/prefix, or the folder of the local backend.
std::string store_root(const foundry::Platform& platform);

// Opens what store_root names, or another URL, with the credentials of the platform's s3_connection or azure_connection.
// What is made up there before it is published lies in `scratch`. AUTH001 where a variable that has to hold a credential
// is not set; STG105 where only our own ground may be reached and the store stands elsewhere.
Result<std::unique_ptr<storage::FileSystem>> open_store(const foundry::Platform& platform,
    const std::string& root, const std::string& scratch, Reach reach);

}  // namespace ingot::api
