#include "platform/storage/stores.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "platform/secret/secret.h"
#include "platform/storage/kind.h"
#include "platform/storage/object_files.h"

namespace ingot::storage {

#define STORE(id) extern const Kind id##_kind;
#include "platform/storage/builtin.inc"
#undef STORE

std::span<const Kind* const> kinds() {
    static const Kind* const all[] = {
#define STORE(id) &id##_kind,
#include "platform/storage/builtin.inc"
#undef STORE
    };
    return all;
}

namespace {

constexpr std::string_view file_scheme = "file://";

Url parsed(const std::string& text) {
    Url url;
    const auto colon = text.find("://");
    url.scheme = text.substr(0, colon);
    const auto rest = text.substr(colon + 3);
    const auto slash = std::min(rest.find('/'), rest.size());
    url.authority = rest.substr(0, slash);
    url.path = rest.substr(slash);
    while (url.path.starts_with('/')) url.path.erase(0, 1);
    while (url.path.ends_with('/')) url.path.pop_back();
    return url;
}

Result<const Kind*> kind_of(const Url& url, const std::string& text) {
    std::string known = "file";
    for (const auto* kind : kinds()) {
        if (std::ranges::find(kind->schemes, url.scheme) != kind->schemes.end()) return kind;
        for (const auto scheme : kind->schemes) known += ", " + std::string(scheme);
    }
    if (url.scheme == "https" || url.scheme == "http")
        return fail("STG105",
            text +
                " is an address; write s3://bucket/prefix, az://container/prefix or gs://bucket/prefix, and the address as endpoint: of storage:, or an account of Azure as account:");
    return fail("STG105", text + " is of no kind of store that this build has: " + known);
}

// s3:/bucket, which would be a folder of that name.
bool lacks_a_slash(std::string_view root) {
    const auto colon = root.find(":/");
    return colon != std::string_view::npos && colon > 0 && root.find('/') > colon &&
           !root.substr(colon).starts_with("://");
}

Status check_endpoint(const ObjectSettings& settings) {
    for (const auto& [key, value] : settings)
        if ((key.find("endpoint") != std::string::npos || key.ends_with("base_url")) &&
            !value.starts_with("http://") && !value.starts_with("https://"))
            return fail("STG105",
                "endpoint: '" + value +
                    "' is no URL; write https://, or http:// where nothing is encrypted, before it");
    return {};
}

}  // namespace

bool is_url(std::string_view path) {
    const auto colon = path.find("://");
    return colon != std::string_view::npos && colon > 0 && path.find('/') > colon &&
           !path.starts_with(file_scheme);
}

std::string without_file_scheme(const std::string& path) {
    return path.starts_with(file_scheme) ? path.substr(file_scheme.size()) : path;
}

void add(ObjectSettings& settings, const char* key, const std::optional<std::string>& value) {
    if (value) settings.emplace_back(key, *value);
}

Result<std::string> reveal(const StorePlace& at, const Spanned<std::string>& value) {
    auto text = secret::reveal(value.value, at.project_root);
    if (!text) return std::unexpected(Error(text.error()).at(value.span));
    return text;
}

Status add_secret(ObjectSettings& settings, const char* key, const StorePlace& at,
    const std::optional<Spanned<std::string>>& value) {
    if (value) settings.emplace_back(key, TRY(reveal(at, *value)));
    return {};
}

Status add_certificates(
    ObjectSettings& settings, const StorePlace& at, const std::optional<std::string>& file) {
    if (!file) return {};
    const auto path = std::filesystem::path(at.project_root) / *file;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()))
        return fail("STG105", "ca_file: cannot read " + path.lexically_normal().string());
    settings.emplace_back("ca_pem", text.str());
    return {};
}

void ignore_environment(ObjectSettings& settings) {
    settings.emplace_back("reads_environment", "false");
}

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (!value || !*value) return std::nullopt;
    return value;
}

bool is_plain_http(const std::string& endpoint) { return endpoint.starts_with("http://"); }

Result<std::unique_ptr<FileSystem>> Stores::open(const std::string& root) {
    if (lacks_a_slash(root))
        return fail("STG105", root + " is no URL; two slashes follow the colon");
    if (!is_url(root)) return open_local(without_file_scheme(root));
    const auto url = parsed(root);
    const auto* kind = TRY(kind_of(url, root));
    const auto& options = settings_.options;
    if (options.scope == Scope::onprem && !(kind->is_onprem && kind->is_onprem(options)))
        return fail("STG105",
            root +
                " is a store of a cloud, and storage: scope: onprem refuses those; nothing was sent");
    if (url.authority.empty()) return fail("STG105", root + " names no bucket");
    auto place = TRY(kind->place({url, options, settings_.project_root}));
    TRY(check_endpoint(place.settings));
    place.kind = kind->name;
    place.root_url = url.bucket();
    place.settings.emplace_back("max_retries", std::to_string(options.retry.attempts));
    place.settings.emplace_back("retry_for_ms", std::to_string(options.retry.seconds * 1000));
    constexpr double megabyte = 1e6;
    place.limits = {.bytes_per_second = options.bandwidth_mb.value_or(0) * megabyte,
        .requests_per_second = options.requests_per_second.value_or(0)};
    return open_object_files({.store = TRY(ObjectStore::open(std::move(place))),
        .bucket = url.bucket(),
        .prefix = url.path,
        .scratch = settings_.scratch + "/" + sha256(root).substr(0, 12)});
}

Result<Stores::Found> Stores::find(const std::string& url) {
    const auto place = parsed(url);
    const auto bucket = place.bucket();
    const std::scoped_lock lock(mutex_);
    auto& files = buckets_[bucket];
    if (!files) files = TRY(open(bucket));
    return Found{files.get(), place.path, bucket};
}

}  // namespace ingot::storage
