// One dataset with platform: and source:: binding, and the checks that the foundry made before it ran anything.
#include <algorithm>
#include <array>
#include <cctype>

#include "base/lower_case.h"
#include "base/suggest.h"
#include "project/read/foundry.h"

namespace ingot::foundry {

namespace {

using config::Value;

std::string trimmed_lower(std::string said) {
    const auto blank = [](unsigned char c) { return std::isspace(c) != 0; };
    said.erase(said.begin(), std::ranges::find_if_not(said, blank));
    while (!said.empty() && blank(static_cast<unsigned char>(said.back()))) said.pop_back();
    return lower(said);
}

bool is_said(const std::optional<std::string>& value) { return value && !value->empty(); }

bool is_said(const std::optional<config::Spanned<std::string>>& value) {
    return value && !value->value.empty();
}

class Checks {
public:
    Checks(Config& config, const Value& written, Diagnostics& out)
        : config_(config), written_(written), out_(out) {}

    void run() {
        storage();
        source();
        run_options();
        load_pattern();
    }

private:
    const Value* find(std::string_view first, std::string_view second = {}) const {
        const auto* value = written_.find(first);
        return value && !second.empty() ? value->find(second) : value;
    }
    Span place(std::string_view first, std::string_view second) const {
        const auto* value = find(first, second);
        if (!value) value = find(first);
        return value ? value->span : written_.span;
    }

    void missing(const std::string& what, const Span& where) {
        out_.error("CFG103", "missing " + what, where);
    }

    void storage() {
        auto& bronze = config_.platform.bronze;
        const auto where = place("platform", "bronze");
        if (bronze.output_dir) {
            out_.warn("CFG001", "platform.bronze.output_dir is deprecated; write local_path",
                bronze.output_dir->span);
            if (!bronze.local_path) bronze.local_path = bronze.output_dir->value;
        }
        if (bronze.storage_backend.value == Backend::local && !is_said(bronze.local_path))
            missing("local_path for storage_backend local", where);
        if (bronze.storage_backend.value == Backend::s3) {
            if (!is_said(bronze.s3_bucket)) missing("s3_bucket for storage_backend s3", where);
            if (!is_said(bronze.s3_prefix)) missing("s3_prefix for storage_backend s3", where);
            if (!config_.platform.s3_connection)
                missing("platform.s3_connection for storage_backend s3", where);
        }
        if (bronze.storage_backend.value == Backend::azure) {
            if (!is_said(bronze.azure_container))
                missing("azure_container for storage_backend azure", where);
            if (!config_.platform.azure_connection)
                missing("platform.azure_connection for storage_backend azure", where);
        }
        if (bronze.storage_metadata) metadata(*bronze.storage_metadata);
    }

    void one_of(const config::Spanned<std::string>& said, const std::vector<std::string>& words) {
        if (said.value.empty() || std::ranges::find(words, said.value) != words.end()) return;
        std::string all;
        for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
        out_.error("CFG104",
            "'" + said.value + "' is not one of " + all + did_you_mean(said.value, words),
            said.span);
    }

    void metadata(const StorageMetadata& metadata) {
        static const std::vector<std::string> types{
            "s3_local", "s3_cloud", "azure_blob", "azure_adls", "local_generic"};
        static const std::vector<std::string> clouds{"azure", "aws", "gcp"};
        if (metadata.provider_type) one_of(*metadata.provider_type, types);
        if (metadata.cloud_provider) one_of(*metadata.cloud_provider, clouds);
    }

    void source() {
        const auto& source = config_.source;
        const auto where = place("source", {});
        switch (source.type.value) {
            case Kind::api:
                if (!source.api) return missing("section source.api for type api", where);
                return api();
            case Kind::db:
                if (!source.db) return missing("section source.db for type db", where);
                return db();
            case Kind::file:
                if (!source.file) return missing("section source.file for type file", where);
                return file();
            case Kind::custom:
                if (!source.custom_extractor)
                    missing("section source.custom_extractor for type custom", where);
        }
    }

    void api() {
        auto& api = *config_.source.api;
        const auto where = place("source", "api");
        if (api.url) {
            out_.warn("CFG002", "source.api.url is deprecated; write base_url", api.url->span);
            if (!api.base_url) api.base_url = api.url;
        }
        if (!is_said(api.base_url)) missing("base_url in source.api", where);
        if (!api.endpoint) {
            out_.warn("CFG003", "source.api.endpoint is missing; write endpoint: /", where);
            api.endpoint = {"/", where};
        }
        const auto needs = [&](const auto& value, const std::string& what) {
            if (!is_said(value)) missing(what + " for this auth_type", api.auth_type.span);
        };
        if (api.auth_type.value == AuthType::bearer) needs(api.auth_token_env, "auth_token_env");
        if (api.auth_type.value == AuthType::api_key) needs(api.auth_key_env, "auth_key_env");
        if (api.auth_type.value == AuthType::basic) {
            needs(api.auth_username_env, "auth_username_env");
            needs(api.auth_password_env, "auth_password_env");
        }
        if (!api.incremental.enabled) return;
        if (!is_said(api.incremental.cursor_field))
            missing("cursor_field for incremental loading", where);
        if (!is_said(api.incremental.cursor_param))
            missing("cursor_param for incremental loading", where);
    }

    void db() {
        const auto& db = *config_.source.db;
        const auto where = place("source", "db");
        if (!is_said(db.conn_str_env)) missing("conn_str_env in source.db", where);
        if (!is_said(db.base_query)) missing("base_query in source.db", where);
        if (db.driver != "pyodbc")
            out_.error("CFG104",
                "driver '" + db.driver +
                    "' was never there; every database is reached by pyodbc, that is ODBC",
                where);
        if (db.incremental.enabled && !is_said(db.incremental.cursor_column))
            missing("cursor_column for incremental loading", where);
    }

    void file() {
        auto& file = *config_.source.file;
        const auto where = place("source", "file");
        if (!is_said(file.path)) missing("path in source.file", where);
        if (file.format) {
            file.format->value = trimmed_lower(file.format->value);
            static const std::vector<std::string> formats{"csv", "tsv", "json", "jsonl", "parquet"};
            one_of(*file.format, formats);
        }
        if (file.delimiter && file.delimiter->value.size() != 1)
            out_.error("CFG104",
                "a delimiter is one character, not '" + file.delimiter->value + "'",
                file.delimiter->span);
        if (file.limit_rows && file.limit_rows->value < 1)
            out_.error("CFG104", "limit_rows is a whole number from 1", file.limit_rows->span);
        if (!file.has_header && file.fieldnames.empty())
            missing("fieldnames: a file without a header needs names for its columns", where);
    }

    void run_options() {
        auto& run = config_.source.run;
        if (run.max_file_size_mb && run.max_file_size_mb->value <= 0)
            out_.error(
                "CFG104", "max_file_size_mb is a number above 0", run.max_file_size_mb->span);
        if (run.max_rows_per_file.value < 0)
            out_.error(
                "CFG104", "max_rows_per_file is a whole number from 0", run.max_rows_per_file.span);
        if (run.parallel_workers.value < 1)
            out_.error(
                "CFG104", "parallel_workers is a whole number from 1", run.parallel_workers.span);
        if (run.parallel_workers.value > 32)
            out_.warn(
                "CFG104", "more than 32 parallel_workers rarely help", run.parallel_workers.span);
        if (run.timeout_seconds.value < 1)
            out_.error(
                "CFG104", "timeout_seconds is a whole number from 1", run.timeout_seconds.span);
        if (run.reference_mode && run.reference_mode->cadence_days &&
            run.reference_mode->cadence_days->value < 1)
            out_.error("CFG104", "cadence_days is a whole number from 1",
                run.reference_mode->cadence_days->span);
        if (run.parquet_compression) {
            run.parquet_compression->value = trimmed_lower(run.parquet_compression->value);
            static const std::vector<std::string> words{
                "snappy", "gzip", "brotli", "lz4", "zstd", "none"};
            one_of(*run.parquet_compression, words);
        }
        const auto& allowed = config_.platform.bronze.output_defaults;
        if (!(run.write_csv && allowed.allow_csv) && !(run.write_parquet && allowed.allow_parquet))
            out_.error("CFG108",
                "nothing would be written: write_csv and write_parquet are off, or not allowed by output_defaults",
                place("source", "run"));
    }

    void load_pattern() {
        const auto& said = config_.source.run.load_pattern;
        if (!said) return;
        const auto word = trimmed_lower(said->value);
        for (const auto& choice : load_pattern_choices)
            if (choice.name == word) {
                config_.load = static_cast<LoadPattern>(choice.value);
                if (config_.load == LoadPattern::current_history) needs_of_history(said->span);
                return;
            }
        one_of({word, said->span}, {"full", "cdc", "current_history"});
    }

    void needs_of_history(const Span& where) {
        const auto* keys = find("silver", "primary_keys");
        const auto* order = find("silver", "order_column");
        const bool has_keys = keys && !keys->is_null() && !(keys->list() && keys->list()->empty());
        if (!has_keys || !order || order->is_null())
            missing(
                "silver.primary_keys and silver.order_column, which current_history needs", where);
    }

    Config& config_;
    const Value& written_;
    Diagnostics& out_;
};

bool is_custom(const Value& value) {
    const auto* source = value.find("source");
    const auto* type = source ? source->find("type") : nullptr;
    return type && type->raw == "custom";
}

// What stands beside the known keys of a source is for its extractor.
Source bind_source(const Value& value, bool keeps_others, Diagnostics& out) {
    Diagnostics found;
    auto source = bind_leniently<Source>(value, found);
    for (const auto& each : found.all())
        if (!keeps_others || each.code != Code("CFG101") ||
            each.message.find("' in source,") == std::string::npos)
            out.add(each);
    return source;
}

void lay_out(Config& config) {
    const auto& bronze = config.platform.bronze;
    const auto& run = config.source.run;
    auto& layout = config.layout;
    layout.is_foundry = true;
    layout.writes_csv = run.write_csv && bronze.output_defaults.allow_csv;
    layout.writes_parquet = run.write_parquet && bronze.output_defaults.allow_parquet;
    layout.has_date = bronze.partitioning.use_dt_partition;
    layout.strategy = static_cast<PartitionStrategy>(bronze.partitioning.partition_strategy);
    if (run.batch_id) layout.batch_id = run.batch_id->value;
    if (config.source.api && config.source.api->cursor_field)
        layout.noted_column = config.source.api->cursor_field->value;
    set_load_pattern(config, config.load);
}

}  // namespace

std::string_view word(LoadPattern load) {
    return load_pattern_choices.at(static_cast<std::size_t>(load)).name;
}

void set_load_pattern(Config& config, LoadPattern load) {
    config.load = load;
    const std::string said(word(load));
    config.layout.folder = "system=" + config.system + "/table=" + config.table + "/pattern=" +
                           config.platform.bronze.options.pattern_folder.value_or(said);
    config.layout.part_prefix = said + "-";
    std::ranges::replace(config.layout.part_prefix, '_', '-');
    if (auto* bronze = std::get_if<BronzeDataset>(&config.dataset.spec)) bronze->table.load = load;
}

Config read_single(Value value, Form form, const std::string& file, Diagnostics& out) {
    Config config;
    config.form = form;
    config.file = file;
    config.origin = value.span;
    config.origin.file = intern(file);
    Diagnostics found;
    for (const auto* section : {"platform", "source"})
        if (const auto* there = value.find(section); !there || there->is_null())
            found.error("CFG103", std::string("missing section '") + section + "'", config.origin);
        else if (!there->map())
            found.error("CFG102", std::string("expected a mapping for ") + section, there->span);
    if (!found.failed()) {
        config.platform = bind_leniently<Platform>(*value.find("platform"), found);
        config.source = bind_source(*value.find("source"), is_custom(value), found);
    }
    if (const auto* silver = value.find("silver")) config.silver = *silver;
    if (const auto* join = value.find("silver_join")) config.silver_join = *join;
    if (const auto* setup = value.find("polybase_setup")) config.polybase_setup = *setup;
    if (const auto* environment = value.find("environment"); environment && !environment->is_null())
        config.environment = environment->raw;
    config.system = config.source.system.value;
    config.table = config.source.table.value;
    config.name = config.source.config_name.value_or(config.system + "." + config.table);
    if (!found.failed()) Checks(config, value, found).run();
    config.output_dir = config.source.run.local_output_dir;
    config.bronze_owner = config.source.owner_team;
    config.whole = std::move(value);
    if (!found.failed()) lay_out(config);
    for (const auto& each : found.all()) out.add(each);
    return config;
}

}  // namespace ingot::foundry
