#include "surface/api/foundry_store.h"

#include <cstdlib>
#include <filesystem>

namespace ingot::api {

namespace {

using foundry::Platform;

bool is_set(const std::string& variable) {
    const char* value = std::getenv(variable.c_str());
    return value && *value;
}

config::Spanned<std::string> reference(const std::string& variable) {
    return {"secret://env/" + variable, {}};
}

std::string joined(const std::string& bucket, std::string prefix) {
    while (prefix.starts_with('/')) prefix.erase(0, 1);
    while (prefix.ends_with('/')) prefix.pop_back();
    return prefix.empty() ? bucket : bucket + "/" + prefix;
}

// Both keys or none: then the machine's own credentials are asked for.
Status add_s3(const foundry::S3Connection& said, storage::S3Options& options) {
    if (said.endpoint_url_env) {
        if (!is_set(*said.endpoint_url_env))
            return fail("AUTH001", "s3_connection.endpoint_url_env names " +
                                       *said.endpoint_url_env +
                                       ", which is not set; set it to the store's URL");
        options.endpoint = std::getenv(said.endpoint_url_env->c_str());
    }
    if (!is_set(said.access_key_env) || !is_set(said.secret_key_env)) return {};
    options.access_key = reference(said.access_key_env);
    options.secret_key = reference(said.secret_key_env);
    if (said.access_key_env == "AWS_ACCESS_KEY_ID" && is_set("AWS_SESSION_TOKEN"))
        options.session_token = reference("AWS_SESSION_TOKEN");
    return {};
}

Status add_azure(const foundry::AzureConnection& said, storage::AzureOptions& options) {
    if (said.connection_string_env && is_set(*said.connection_string_env)) {
        options.connection_string = reference(*said.connection_string_env);
        return {};
    }
    const bool has_account = said.account_name_env && is_set(*said.account_name_env);
    if (has_account && said.account_key_env && is_set(*said.account_key_env)) {
        options.account = std::getenv(said.account_name_env->c_str());
        options.key = reference(*said.account_key_env);
        return {};
    }
    if (said.account_url) {
        const auto host = said.account_url->find("://");
        const auto name = host == std::string::npos ? 0 : host + 3;
        options.account =
            said.account_url->substr(name, said.account_url->find_first_of("./", name) - name);
        options.endpoint = *said.account_url;
        return {};
    }
    return fail("AUTH001",
        "azure_connection names no variable that is set; set that of the connection string, or those of the account and its key, or write account_url");
}

}  // namespace

std::string store_root(const Platform& platform) {
    const auto& bronze = platform.bronze;
    switch (bronze.storage_backend.value) {
        case foundry::Backend::s3:
            return joined("s3://" + bronze.s3_bucket.value_or(""), bronze.s3_prefix.value_or(""));
        case foundry::Backend::azure:
            return joined(
                "az://" + bronze.azure_container.value_or(""), bronze.azure_prefix.value_or(""));
        default: return std::filesystem::absolute(bronze.local_root.value_or(".")).string();
    }
}

Result<std::unique_ptr<storage::FileSystem>> open_store(
    const Platform& platform, const std::string& root, const std::string& scratch, Reach reach) {
    storage::StoreOptions options;
    if (root.starts_with("s3") && platform.s3_connection)
        TRY(add_s3(*platform.s3_connection, options.s3));
    if (root.starts_with("az") && platform.azure_connection)
        TRY(add_azure(*platform.azure_connection, options.azure));
    if (reach == Reach::onprem) options.scope = storage::Scope::onprem;
    return storage::Stores({.options = options,
                               .project_root = std::filesystem::current_path().string(),
                               .scratch = scratch})
        .open(root);
}

}  // namespace ingot::api
