#pragma once
// One kind of object store: what its leaf folder offers. The kinds stand in builtin.inc.
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/storage/object_store.h"
#include "platform/storage/store_options.h"

namespace ingot::storage {

// scheme://authority/path, without slashes at the path's ends.
struct Url {
    std::string scheme;
    std::string authority;
    std::string path;

    std::string bucket() const { return scheme + "://" + authority; }
};

// Options with their secrets looked up and their files relative to the project.
struct StorePlace {
    const Url& url;
    const StoreOptions& options;
    std::string project_root;
};

struct Kind {
    std::string_view name;
    std::span<const std::string_view> schemes;
    // What to open for the URL's bucket. AUTH001 where a reference to a secret leads nowhere.
    Result<ObjectStore::Place> (*place)(const StorePlace&);
    // Whether what the options lead to may stand in a house of the author's own.
    bool (*is_onprem)(const StoreOptions&) = nullptr;
};

std::span<const Kind* const> kinds();

// For the leaves.
// Its value; AUTH001 at its place in the author's file.
Result<std::string> reveal(const StorePlace& at, const Spanned<std::string>& value);
Status add_secret(ObjectSettings& settings, const char* key, const StorePlace& at,
    const std::optional<Spanned<std::string>>& value);
Status add_certificates(
    ObjectSettings& settings, const StorePlace& at, const std::optional<std::string>& file);
void add(ObjectSettings& settings, const char* key, const std::optional<std::string>& value);
// For options that say who asks: no variable of the environment may mix other credentials in.
void ignore_environment(ObjectSettings& settings);
// A variable that is set and not empty.
std::optional<std::string> environment(const char* name);
// Whether an endpoint is not encrypted, which the author has to have written out.
bool is_plain_http(const std::string& endpoint);

}  // namespace ingot::storage
