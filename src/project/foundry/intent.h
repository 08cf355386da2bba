#pragma once
// The intent form: what an owner wants of a dataset, from which the rest is derived.
#include "project/foundry/platform.h"
#include "project/foundry/source_kinds.h"

namespace ingot::foundry {

struct IntentOptions {
    std::optional<config::Spanned<std::string>> format;
    std::optional<config::Spanned<std::string>> load_pattern;
    std::optional<std::string> local_output_dir;
    config::Value file;
    config::Value api;
    config::Value db;
    config::Value custom_extractor;
    OutputDefaults output_defaults;
    config::Spanned<std::int64_t> max_rows_per_file{0, {}};
    std::optional<config::Spanned<double>> max_file_size_mb;
    config::Spanned<std::int64_t> parallel_workers{1, {}};
    Strategy partitioning_strategy = Strategy::date;
    std::optional<std::string> pattern_folder;
    std::optional<config::Spanned<std::string>> batch_id;
    std::optional<bool> write_csv;
    std::optional<bool> write_parquet;
    bool storage_enabled = false;
    std::optional<ReferenceMode> reference_mode;
    std::vector<std::string> before;
    std::vector<std::string> after;
};

constexpr auto describe(config::Of<IntentOptions>) {
    using config::field;
    return config::record("bronze.options", "More about how an intent's rows are landed.",
        field("format", &IntentOptions::format, "Of the file; default: csv."),
        field("load_pattern", &IntentOptions::load_pattern, "full, cdc or current_history."),
        field("local_output_dir", &IntentOptions::local_output_dir,
            "Default: sampledata/bronze_samples, with env=<environment> below it."),
        field("file", &IntentOptions::file, "As source.file."),
        field("api", &IntentOptions::api, "As source.api."),
        field("db", &IntentOptions::db, "As source.db."),
        field("custom_extractor", &IntentOptions::custom_extractor, "As source.custom_extractor."),
        field("output_defaults", &IntentOptions::output_defaults, "What may be written."),
        field("max_rows_per_file", &IntentOptions::max_rows_per_file,
            "Start a new part after so many rows; 0: no limit."),
        field("max_file_size_mb", &IntentOptions::max_file_size_mb,
            "Start a new part at about this size."),
        field("parallel_workers", &IntentOptions::parallel_workers, "Threads of one extraction."),
        field("partitioning_strategy", &IntentOptions::partitioning_strategy,
            "How the folder of a partition is named.")
            .also("partition_strategy"),
        field("pattern_folder", &IntentOptions::pattern_folder,
            "Stands after pattern= in the path; default: the load pattern."),
        field("batch_id", &IntentOptions::batch_id, "Names a partition by batch_id."),
        field("write_csv", &IntentOptions::write_csv, "Default: as silver.write_csv."),
        field("write_parquet", &IntentOptions::write_parquet, "Default: as silver.write_parquet."),
        field("storage_enabled", &IntentOptions::storage_enabled, "Upload the parts."),
        field("reference_mode", &IntentOptions::reference_mode, "Marks references and deltas."),
        field("before", &IntentOptions::before, "Shell commands before the extraction."),
        field("after", &IntentOptions::after, "Shell commands after it."));
}

enum class IntentKind { db, file, api, custom };

inline constexpr std::array intent_kind_choices{config::Choice{"db", 0}, config::Choice{"file", 1},
    config::Choice{"api", 2}, config::Choice{"custom", 3}};
constexpr std::span<const config::Choice> choices(config::Of<IntentKind>) {
    return intent_kind_choices;
}

struct IntentBronze {
    bool enabled = true;
    config::Spanned<IntentKind> source_type{IntentKind::file, {}};
    std::optional<config::Spanned<std::string>> connection_name;
    std::optional<config::Spanned<std::string>> source_query;
    std::optional<config::Spanned<std::string>> path_pattern;
    std::optional<std::string> partition_column;
    std::optional<std::string> owner_team;
    std::optional<std::string> owner_contact;
    IntentOptions options;
};

constexpr auto describe(config::Of<IntentBronze>) {
    using config::field;
    return config::record("bronze", "Where an intent's rows come from.",
        field("enabled", &IntentBronze::enabled, "false: nothing is extracted."),
        field("source_type", &IntentBronze::source_type, "The kind of source."),
        field("connection_name", &IntentBronze::connection_name,
            "db: variable of the connection string; api: base_url."),
        field("source_query", &IntentBronze::source_query, "db: the query; api: the endpoint."),
        field("path_pattern", &IntentBronze::path_pattern, "file: its path; globs are allowed."),
        field("partition_column", &IntentBronze::partition_column, "For people.").descriptive(),
        field("owner_team", &IntentBronze::owner_team, "Fills bronze_owner in silver."),
        field("owner_contact", &IntentBronze::owner_contact, "How to reach them.").descriptive(),
        field("options", &IntentBronze::options, "More about landing."));
}

struct Intent {
    std::optional<std::string> name;
    config::Spanned<std::string> system;
    config::Spanned<std::string> entity;
    std::optional<std::string> environment;
    std::optional<std::string> domain;
    IntentBronze bronze;
    config::Value silver;
    config::Value silver_join;
    config::Value polybase_setup;
    std::optional<std::int64_t> config_version;
    std::optional<std::string> description;
};

constexpr auto describe(config::Of<Intent>) {
    using config::field;
    return config::record("intent", "One dataset, from its source to silver.",
        field("name", &Intent::name, "Default: <system>.<entity>."),
        field("system", &Intent::system, "The source's system.").required(),
        field("entity", &Intent::entity, "What one row is.").required(),
        field("environment", &Intent::environment, "Adds an env=<environment> folder."),
        field("domain", &Intent::domain, "Silver's domain; default: the system."),
        field("bronze", &Intent::bronze, "Where rows come from.").required(),
        field("silver", &Intent::silver, "What becomes of them.").required(),
        field("silver_join", &Intent::silver_join, "Read by silver_join."),
        field("polybase_setup", &Intent::polybase_setup, "External tables over silver."),
        field("config_version", &Intent::config_version, "1."),
        field("description", &Intent::description, "For people.").descriptive());
}

}  // namespace ingot::foundry
