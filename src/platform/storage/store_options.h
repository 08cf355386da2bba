#pragma once
// What an author says about the object stores of a target: where they are, who asks, and how patiently.
// Texts may be secret:// references; they are looked up when a store is opened.
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "config/describe.h"

namespace ingot::storage {

using config::Spanned;

enum class Scope { any, onprem };
enum class Encryption { store, aes256, kms, kms_dsse };

inline constexpr std::array scope_choices{config::Choice{"any", 0}, config::Choice{"onprem", 1}};
constexpr std::span<const config::Choice> choices(config::Of<Scope>) { return scope_choices; }
inline constexpr std::array encryption_choices{config::Choice{"default", 0},
    config::Choice{"AES256", 1}, config::Choice{"aws:kms", 2}, config::Choice{"aws:kms:dsse", 3}};
constexpr std::span<const config::Choice> choices(config::Of<Encryption>) {
    return encryption_choices;
}

struct S3Options {
    std::optional<std::string> endpoint;
    std::optional<std::string> region;
    std::optional<bool> path_style;
    std::optional<Spanned<std::string>> access_key;
    std::optional<Spanned<std::string>> secret_key;
    std::optional<Spanned<std::string>> session_token;
    std::optional<std::string> profile;
    bool anonymous = false;
    Encryption encryption = Encryption::store;
    std::optional<std::string> kms_key;
    std::optional<Spanned<std::string>> customer_key;
    std::optional<std::string> ca_file;
};

constexpr auto describe(config::Of<S3Options>) {
    using config::field;
    return config::record("s3",
        "S3 and what speaks its language. What is not said comes from the AWS_* variables, the files in ~/.aws, or the role of the machine, container or pod.",
        field("endpoint", &S3Options::endpoint, "URL of a store that is not AWS.")
            .example("https://minio.example.com:9000"),
        field("region", &S3Options::region, "Default: AWS_REGION, else us-east-1."),
        field("path_style", &S3Options::path_style,
            "Whether the bucket stands in the path of URLs (true) or in the name of the host; default: true with an endpoint."),
        field("access_key", &S3Options::access_key, "Access key id.")
            .example("secret://env/LAKE_KEY"),
        field("secret_key", &S3Options::secret_key, "Secret access key.")
            .example("secret://env/LAKE_SECRET"),
        field("session_token", &S3Options::session_token, "Of temporary credentials."),
        field("profile", &S3Options::profile,
            "Section of ~/.aws/credentials to take the keys from; default: AWS_PROFILE."),
        field("anonymous", &S3Options::anonymous, "Ask without credentials: public buckets."),
        field("encryption", &S3Options::encryption, "At rest, where the bucket does not say."),
        field("kms_key", &S3Options::kms_key, "The key's id, for aws:kms."),
        field("customer_key", &S3Options::customer_key,
            "A key of your own (SSE-C), 256 bits in Base64; needed again for every read."),
        field("ca_file", &S3Options::ca_file,
            "PEM file of certificates to trust beside the system's, relative to the project."));
}

struct AzureOptions {
    std::optional<std::string> account;
    std::optional<std::string> endpoint;
    std::optional<Spanned<std::string>> key;
    std::optional<Spanned<std::string>> sas;
    std::optional<Spanned<std::string>> connection_string;
    std::optional<Spanned<std::string>> tenant_id;
    std::optional<Spanned<std::string>> client_id;
    std::optional<Spanned<std::string>> client_secret;
    bool anonymous = false;
    std::optional<std::string> ca_file;
};

constexpr auto describe(config::Of<AzureOptions>) {
    using config::field;
    return config::record("azure",
        "Azure Blob Storage and ADLS Gen2. What is not said comes from the AZURE_* variables or the managed identity of the machine.",
        field("account", &AzureOptions::account,
            "Storage account; not needed where the URL names it (abfss://container@account…)."),
        field("endpoint", &AzureOptions::endpoint,
            "URL of the blob service where it is not Azure's own.")
            .example("http://127.0.0.1:10000/devstoreaccount1"),
        field("key", &AzureOptions::key, "Account key.").example("secret://env/AZURE_KEY"),
        field("sas", &AzureOptions::sas, "Shared access signature (\"sv=…&sig=…\")."),
        field("connection_string", &AzureOptions::connection_string,
            "As the portal gives it; holds account, key or SAS, and endpoint."),
        field("tenant_id", &AzureOptions::tenant_id, "Of a service principal."),
        field("client_id", &AzureOptions::client_id,
            "Of a service principal, or of a managed identity where the machine has several."),
        field("client_secret", &AzureOptions::client_secret, "Of a service principal."),
        field("anonymous", &AzureOptions::anonymous, "Ask without credentials."),
        field("ca_file", &AzureOptions::ca_file,
            "PEM file of certificates to trust beside the system's, relative to the project."));
}

struct GcsOptions {
    std::optional<std::string> endpoint;
    std::optional<Spanned<std::string>> service_account;
    bool anonymous = false;
    std::optional<std::string> ca_file;
};

constexpr auto describe(config::Of<GcsOptions>) {
    using config::field;
    return config::record("gcs",
        "Google Cloud Storage. What is not said comes from GOOGLE_APPLICATION_CREDENTIALS, gcloud's login, or the machine's service account.",
        field("endpoint", &GcsOptions::endpoint, "URL where it is not Google's own."),
        field("service_account", &GcsOptions::service_account,
            "JSON key of a service account, as text or by a reference.")
            .example("secret://file/keys/lake.json"),
        field("anonymous", &GcsOptions::anonymous, "Ask without credentials: public buckets."),
        field("ca_file", &GcsOptions::ca_file,
            "PEM file of certificates to trust beside the system's, relative to the project."));
}

struct RetryOptions {
    std::int64_t attempts = 10;
    std::int64_t seconds = 180;
};

constexpr auto describe(config::Of<RetryOptions>) {
    using config::field;
    return config::record("retry",
        "How often a request that failed for reasons of the network or the store is sent again, with longer and longer pauses of random length.",
        field("attempts", &RetryOptions::attempts, "At most so many times.").descriptive(),
        field("seconds", &RetryOptions::seconds, "And for at most so long.").descriptive());
}

struct StoreOptions {
    S3Options s3;
    AzureOptions azure;
    GcsOptions gcs;
    Scope scope = Scope::any;
    RetryOptions retry;
    std::optional<double> bandwidth_mb;
    std::optional<double> requests_per_second;
};

constexpr auto describe(config::Of<StoreOptions>) {
    using config::field;
    return config::record("storage",
        "The object stores that the warehouse and files of sources lie in, and how they are asked.",
        field("s3", &StoreOptions::s3, "For s3:// and s3a://."),
        field("azure", &StoreOptions::azure, "For az://, azure://, abfs:// and abfss://."),
        field("gcs", &StoreOptions::gcs, "For gs:// and gcs://."),
        field("scope", &StoreOptions::scope,
            "onprem refuses every store of a cloud, before anything is sent: S3 needs an endpoint: that is not AWS, Azure and GCS are refused.")
            .descriptive(),
        field("retry", &StoreOptions::retry, "What to do when a store does not answer."),
        field(
            "bandwidth_mb", &StoreOptions::bandwidth_mb, "Megabytes a second at most, up and down.")
            .descriptive(),
        field("requests_per_second", &StoreOptions::requests_per_second,
            "Requests a second at most, without repeated ones.")
            .descriptive());
}

}  // namespace ingot::storage
