// Google Cloud Storage.
#include <array>

#include "platform/secret/secret.h"
#include "platform/storage/kind.h"

namespace ingot::storage {

namespace {

constexpr std::array<std::string_view, 2> schemes{"gs", "gcs"};

Result<ObjectStore::Place> place(const StorePlace& at) {
    const auto& options = at.options.gcs;
    ObjectStore::Place place;
    auto& settings = place.settings;
    settings.emplace_back("google_bucket", at.url.authority);
    add(settings, "google_base_url", options.endpoint);
    if (options.endpoint && is_plain_http(*options.endpoint))
        settings.emplace_back("allow_http", "true");
    TRY(add_secret(settings, "google_service_account_key", at, options.service_account));
    if (options.anonymous) settings.emplace_back("google_skip_signature", "true");
    TRY(add_certificates(settings, at, options.ca_file));
    return place;
}

}  // namespace

extern const Kind gcs_kind;
const Kind gcs_kind{"gcs", schemes, place};

}  // namespace ingot::storage
