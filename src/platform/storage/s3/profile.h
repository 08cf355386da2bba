#pragma once
// Keys in the files that the AWS tools share: ~/.aws/credentials, or AWS_SHARED_CREDENTIALS_FILE.
#include <optional>
#include <string>

#include "base/result.h"

namespace ingot::storage {

struct ProfileKeys {
    std::string access_key;
    std::string secret_key;
    std::string session_token;
};

// Of a section of the file; without a name, of AWS_PROFILE's or `default`. Nothing when there is none; STG105 when a
// section that was asked for by name is not there or has no keys.
Result<std::optional<ProfileKeys>> profile_keys(const std::optional<std::string>& name);

}  // namespace ingot::storage
