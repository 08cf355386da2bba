// Google Cloud Storage.
#include <array>

#include "platform/storage/kind.h"

namespace ingot::storage {

namespace {

constexpr std::array<std::string_view, 2> schemes{"gs", "gcs"};

// As Google's own libraries read it: host:port or a URL, asked without credentials.
std::optional<std::string> emulator_endpoint() {
    auto said = environment("STORAGE_EMULATOR_HOST");
    if (said && said->find("://") == std::string::npos) said = "http://" + *said;
    while (said && said->ends_with('/')) said->pop_back();
    return said;
}

Result<ObjectStore::Place> place(const StorePlace& at) {
    const auto& options = at.options.gcs;
    ObjectStore::Place place;
    auto& settings = place.settings;
    settings.emplace_back("google_bucket", at.url.authority);
    const auto emulator = options.endpoint ? std::nullopt : emulator_endpoint();
    const auto endpoint = options.endpoint ? options.endpoint : emulator;
    add(settings, "google_base_url", endpoint);
    if (endpoint && is_plain_http(*endpoint)) settings.emplace_back("allow_http", "true");
    TRY(add_secret(settings, "google_service_account_key", at, options.service_account));
    const bool is_emulator = emulator && !options.service_account && !options.anonymous;
    if (options.anonymous) settings.emplace_back("google_skip_signature", "true");
    // An emulator asks nobody who he is, but the crate does not write without any credentials.
    if (is_emulator) settings.emplace_back("google_bearer_token", "emulator");
    if (is_emulator || options.anonymous || options.service_account) ignore_environment(settings);
    TRY(add_certificates(settings, at, options.ca_file));
    return place;
}

}  // namespace

extern const Kind gcs_kind;
const Kind gcs_kind{"gcs", schemes, place};

}  // namespace ingot::storage
