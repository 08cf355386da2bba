#pragma once
// `platform:` of a foundry configuration: where bronze is kept, and who may keep it.
#include <array>
#include <optional>
#include <string>

#include "config/describe.h"

namespace ingot::foundry {

enum class Backend { s3, azure, local };
enum class Strategy { date, hourly, timestamp, batch_id };
enum class Boundary { onprem, cloud };

inline constexpr std::array backend_choices{
    config::Choice{"s3", 0}, config::Choice{"azure", 1}, config::Choice{"local", 2}};
inline constexpr std::array strategy_choices{config::Choice{"date", 0}, config::Choice{"hourly", 1},
    config::Choice{"timestamp", 2}, config::Choice{"batch_id", 3}};
inline constexpr std::array boundary_choices{
    config::Choice{"onprem", 0}, config::Choice{"cloud", 1}};
constexpr std::span<const config::Choice> choices(config::Of<Backend>) { return backend_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Strategy>) { return strategy_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Boundary>) { return boundary_choices; }

struct Partitioning {
    bool use_dt_partition = true;
    Strategy partition_strategy = Strategy::date;
    std::optional<std::string> column;
};

constexpr auto describe(config::Of<Partitioning>) {
    using config::field;
    return config::record("partitioning", "How the folder of a partition is named.",
        field("use_dt_partition", &Partitioning::use_dt_partition,
            "false: no dt= folder; every run replaces the table's one partition."),
        field("partition_strategy", &Partitioning::partition_strategy,
            "dt= alone, or with hour=, batch= or batch_id= below it."),
        field("column", &Partitioning::column, "For people; bronze lands rows as they come.")
            .descriptive());
}

struct OutputDefaults {
    bool allow_csv = true;
    bool allow_parquet = true;
    std::optional<std::string> default_parquet_compression;
};

constexpr auto describe(config::Of<OutputDefaults>) {
    using config::field;
    return config::record("output_defaults", "What a platform allows its sources to write.",
        field("allow_csv", &OutputDefaults::allow_csv, "false: no CSV, whatever a source asks."),
        field("allow_parquet", &OutputDefaults::allow_parquet,
            "false: no Parquet, whatever a source asks."),
        field("default_parquet_compression", &OutputDefaults::default_parquet_compression,
            "Used where run.parquet_compression is not said.")
            .also("parquet_compression"));
}

struct PlatformOptions {
    std::optional<std::string> pattern_folder;
};

constexpr auto describe(config::Of<PlatformOptions>) {
    return config::record("options", "More about the layout.",
        config::field("pattern_folder", &PlatformOptions::pattern_folder,
            "Stands after pattern= in the path; default: the load pattern."));
}

struct StorageMetadata {
    config::Spanned<Boundary> boundary;
    std::optional<config::Spanned<std::string>> provider_type;
    std::optional<config::Spanned<std::string>> cloud_provider;
};

constexpr auto describe(config::Of<StorageMetadata>) {
    using config::field;
    return config::record("storage_metadata", "What kind of place the storage is.",
        field("boundary", &StorageMetadata::boundary, "Whose ground it stands on.").required(),
        field("provider_type", &StorageMetadata::provider_type,
            "s3_local, s3_cloud, azure_blob, azure_adls or local_generic."),
        field("cloud_provider", &StorageMetadata::cloud_provider, "azure, aws, gcp, or nothing."));
}

struct BronzePlatform {
    config::Spanned<Backend> storage_backend;
    std::optional<std::string> local_path;
    std::optional<config::Spanned<std::string>> output_dir;
    std::optional<std::string> local_root;
    std::optional<std::string> s3_bucket;
    std::optional<std::string> s3_prefix;
    std::optional<std::string> azure_container;
    std::optional<std::string> azure_prefix;
    Partitioning partitioning;
    OutputDefaults output_defaults;
    PlatformOptions options;
    std::optional<StorageMetadata> storage_metadata;
};

constexpr auto describe(config::Of<BronzePlatform>) {
    using config::field;
    return config::record("platform.bronze", "Where bronze is kept.",
        field("storage_backend", &BronzePlatform::storage_backend,
            "Where parts are uploaded to with run.storage_enabled."),
        field("local_path", &BronzePlatform::local_path, "Required for the local backend."),
        field("output_dir", &BronzePlatform::output_dir, "Deprecated (CFG001): local_path."),
        field("local_root", &BronzePlatform::local_root,
            "Base folder of the local backend; default: the working directory."),
        field("s3_bucket", &BronzePlatform::s3_bucket, "Required for s3."),
        field("s3_prefix", &BronzePlatform::s3_prefix, "Required for s3."),
        field("azure_container", &BronzePlatform::azure_container, "Required for azure."),
        field("azure_prefix", &BronzePlatform::azure_prefix, "Folder in the container."),
        field("partitioning", &BronzePlatform::partitioning, "How partitions are named."),
        field("output_defaults", &BronzePlatform::output_defaults, "What may be written."),
        field("options", &BronzePlatform::options, "More about the layout."),
        field("storage_metadata", &BronzePlatform::storage_metadata,
            "Needed for --storage-scope onprem."));
}

struct S3Connection {
    std::optional<std::string> endpoint_url_env;
    std::string access_key_env = "AWS_ACCESS_KEY_ID";
    std::string secret_key_env = "AWS_SECRET_ACCESS_KEY";
};

constexpr auto describe(config::Of<S3Connection>) {
    using config::field;
    return config::record("s3_connection", "Names of the environment variables that hold it.",
        field("endpoint_url_env", &S3Connection::endpoint_url_env, "Variable of the endpoint."),
        field("access_key_env", &S3Connection::access_key_env, "Variable of the access key."),
        field("secret_key_env", &S3Connection::secret_key_env, "Variable of the secret key."));
}

struct AzureConnection {
    std::optional<std::string> connection_string_env;
    std::optional<std::string> account_name_env;
    std::optional<std::string> account_key_env;
    std::optional<std::string> account_url;
};

constexpr auto describe(config::Of<AzureConnection>) {
    using config::field;
    return config::record("azure_connection",
        "Names of the environment variables that hold it, tried in this order.",
        field("connection_string_env", &AzureConnection::connection_string_env,
            "Variable of the connection string."),
        field("account_name_env", &AzureConnection::account_name_env, "Variable of the account."),
        field("account_key_env", &AzureConnection::account_key_env, "Variable of its key."),
        field("account_url", &AzureConnection::account_url,
            "With the credential that the machine has."));
}

struct Platform {
    BronzePlatform bronze;
    std::optional<S3Connection> s3_connection;
    std::optional<AzureConnection> azure_connection;
};

constexpr auto describe(config::Of<Platform>) {
    using config::field;
    return config::record("platform", "What a platform team decides for all sources.",
        field("bronze", &Platform::bronze, "Where bronze is kept.").required(),
        field("s3_connection", &Platform::s3_connection, "Credentials of s3."),
        field("azure_connection", &Platform::azure_connection, "Credentials of azure."));
}

}  // namespace ingot::foundry
