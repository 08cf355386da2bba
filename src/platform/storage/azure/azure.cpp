// Azure Blob Storage, and ADLS Gen2 by its blob endpoint.
#include <array>

#include "platform/storage/kind.h"

namespace ingot::storage {

namespace {

constexpr std::array<std::string_view, 4> schemes{"az", "azure", "abfs", "abfss"};

// "AccountName=a;AccountKey=b==;…" -> the value of a key.
std::optional<std::string> part_of(const std::string& connection, std::string_view key) {
    for (std::size_t at = 0; at < connection.size();) {
        const auto end = std::min(connection.find(';', at), connection.size());
        const auto part = std::string_view(connection).substr(at, end - at);
        if (part.starts_with(key) && part.substr(key.size()).starts_with('='))
            return std::string(part.substr(key.size() + 1));
        at = end + 1;
    }
    return std::nullopt;
}

struct Access {
    std::optional<std::string> account, endpoint, key, sas;
};

void read_connection_string(const std::string& text, Access& access) {
    const auto take = [&](std::string_view key, std::optional<std::string>& into) {
        if (auto value = part_of(text, key)) into = std::move(value);
    };
    take("AccountName", access.account);
    take("AccountKey", access.key);
    take("SharedAccessSignature", access.sas);
    take("BlobEndpoint", access.endpoint);
    const auto suffix = part_of(text, "EndpointSuffix");
    if (access.account && suffix && !access.endpoint)
        access.endpoint = part_of(text, "DefaultEndpointsProtocol").value_or("https") + "://" +
                          *access.account + ".blob." + *suffix;
}

bool says_who_asks(const AzureOptions& options) {
    return options.key || options.sas || options.connection_string || options.client_secret ||
           options.anonymous;
}

// What the options say wins over the connection string, and that over the environment's single words. Options that say
// who asks leave the environment only the account's name.
Result<Access> access_of(const StorePlace& at) {
    const auto& options = at.options.azure;
    Access access{.account = environment("AZURE_STORAGE_ACCOUNT"),
        .endpoint = environment("AZURE_STORAGE_ENDPOINT"),
        .key = {},
        .sas = {}};
    auto connection = options.connection_string;
    if (!says_who_asks(options)) {
        access.key = environment("AZURE_STORAGE_KEY");
        access.sas = environment("AZURE_STORAGE_SAS_TOKEN");
        if (auto said = environment("AZURE_STORAGE_CONNECTION_STRING"))
            connection = Spanned<std::string>{std::move(*said), {}};
    }
    if (connection) read_connection_string(TRY(reveal(at, *connection)), access);
    if (options.account) access.account = options.account;
    if (options.endpoint) access.endpoint = options.endpoint;
    if (options.key) access.key = TRY(reveal(at, *options.key));
    if (options.sas) {
        access.sas = TRY(reveal(at, *options.sas));
        if (!options.key) access.key.reset();
    }
    return access;
}

Result<ObjectStore::Place> place(const StorePlace& at) {
    const auto& options = at.options.azure;
    auto access = TRY(access_of(at));
    ObjectStore::Place place;
    auto& settings = place.settings;
    if (says_who_asks(options)) ignore_environment(settings);
    // abfss://container@account.dfs.core.windows.net
    const auto sign = at.url.authority.find('@');
    settings.emplace_back("azure_container_name", at.url.authority.substr(0, sign));
    if (sign != std::string::npos) {
        const auto host = at.url.authority.substr(sign + 1);
        access.account = host.substr(0, host.find('.'));
    }
    if (!access.account)
        return fail("STG105",
            at.url.bucket() +
                ": which storage account? Say account: or connection_string: under storage: azure:, or write abfss://container@account.dfs.core.windows.net/…");
    add(settings, "azure_storage_account_name", access.account);
    add(settings, "azure_storage_endpoint", access.endpoint);
    if (access.endpoint && is_plain_http(*access.endpoint))
        settings.emplace_back("azure_allow_http", "true");
    add(settings, "azure_storage_account_key", access.key);
    if (access.sas) {
        if (access.sas->starts_with('?')) access.sas->erase(0, 1);
        add(settings, "azure_storage_sas_key", access.sas);
    }
    add(settings, "azure_authority_host", environment("AZURE_AUTHORITY_HOST"));
    TRY(add_secret(settings, "azure_tenant_id", at, options.tenant_id));
    TRY(add_secret(settings, "azure_client_id", at, options.client_id));
    TRY(add_secret(settings, "azure_client_secret", at, options.client_secret));
    if (options.anonymous) settings.emplace_back("azure_skip_signature", "true");
    TRY(add_certificates(settings, at, options.ca_file));
    return place;
}

}  // namespace

extern const Kind azure_kind;
const Kind azure_kind{"azure", schemes, place};

}  // namespace ingot::storage
