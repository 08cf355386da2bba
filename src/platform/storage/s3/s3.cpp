// S3 of AWS and of everybody who speaks it.
#include <array>
#include <cstdlib>

#include "base/redact.h"
#include "platform/storage/kind.h"
#include "platform/storage/s3/profile.h"

namespace ingot::storage {

namespace {

constexpr std::array<std::string_view, 2> schemes{"s3", "s3a"};

std::optional<std::string> endpoint_of(const S3Options& options) {
    if (options.endpoint) return options.endpoint;
    for (const auto* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"})
        if (auto value = environment(name)) return value;
    return std::nullopt;
}

// https://host/… -> https://bucket.host/…
std::string with_bucket(const std::string& endpoint, const std::string& bucket) {
    const auto host = endpoint.find("://");
    if (host == std::string::npos) return endpoint;
    return endpoint.substr(0, host + 3) + bucket + "." + endpoint.substr(host + 3);
}

std::optional<std::string> region_of(const S3Options& options) {
    if (options.region) return options.region;
    for (const auto* name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
        if (auto value = environment(name)) return value;
    return std::nullopt;
}

// The options' own, or, where neither they nor the environment hold any, the shared file's.
Status add_credentials(ObjectSettings& settings, const StorePlace& at) {
    const auto& options = at.options.s3;
    if (options.access_key.has_value() != options.secret_key.has_value())
        return fail("STG105", at.url.bucket() + ": storage: s3: has " +
                                  (options.access_key ? "access_key: and no secret_key:"
                                                      : "secret_key: and no access_key:") +
                                  "; both are needed, or neither");
    TRY(add_secret(settings, "aws_access_key_id", at, options.access_key));
    TRY(add_secret(settings, "aws_secret_access_key", at, options.secret_key));
    TRY(add_secret(settings, "aws_session_token", at, options.session_token));
    if (options.anonymous) settings.emplace_back("aws_skip_signature", "true");
    if (options.anonymous || (options.access_key && options.secret_key))
        ignore_environment(settings);
    const bool has_keys = options.access_key || std::getenv("AWS_ACCESS_KEY_ID") ||
                          std::getenv("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (options.anonymous || (has_keys && !options.profile)) return {};
    const auto keys = TRY(profile_keys(options.profile));
    if (!keys) return {};
    ignore_environment(settings);
    keep_secret(keys->secret_key);
    settings.emplace_back("aws_access_key_id", keys->access_key);
    settings.emplace_back("aws_secret_access_key", keys->secret_key);
    if (!keys->session_token.empty())
        settings.emplace_back("aws_session_token", keys->session_token);
    return {};
}

Result<ObjectStore::Place> place(const StorePlace& at) {
    const auto& options = at.options.s3;
    ObjectStore::Place place;
    auto& settings = place.settings;
    settings.emplace_back("aws_bucket_name", at.url.authority);
    add(settings, "aws_region", region_of(options));
    auto endpoint = endpoint_of(options);
    if (endpoint && is_plain_http(*endpoint)) settings.emplace_back("aws_allow_http", "true");
    const bool by_host = !options.path_style.value_or(endpoint.has_value());
    if (endpoint)
        // The stronger of the crate's two words, so that the environment's does not win.
        settings.emplace_back(
            "aws_endpoint_url_s3", by_host ? with_bucket(*endpoint, at.url.authority) : *endpoint);
    settings.emplace_back("aws_virtual_hosted_style_request", by_host ? "true" : "false");
    TRY(add_credentials(settings, at));
    if (options.encryption != Encryption::store)
        settings.emplace_back("aws_server_side_encryption",
            std::string(encryption_choices.at(static_cast<std::size_t>(options.encryption)).name));
    add(settings, "aws_sse_kms_key_id", options.kms_key);
    if (options.customer_key) {
        settings.emplace_back("aws_server_side_encryption", "sse-c");
        TRY(add_secret(settings, "aws_sse_customer_key_base64", at, options.customer_key));
    }
    TRY(add_certificates(settings, at, options.ca_file));
    return place;
}

bool is_onprem(const StoreOptions& options) {
    const auto endpoint = endpoint_of(options.s3);
    return endpoint && endpoint->find("amazonaws.com") == std::string::npos;
}

}  // namespace

extern const Kind s3_kind;
const Kind s3_kind{"s3", schemes, place, is_onprem};

}  // namespace ingot::storage
