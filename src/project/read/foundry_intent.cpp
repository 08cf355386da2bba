// From an intent to the form with platform: and source:, with the author's places.
#include "project/read/foundry.h"

namespace ingot::foundry {

namespace {

using config::Value;

std::string_view kind_word(const IntentBronze& bronze) {
    return intent_kind_choices.at(static_cast<std::size_t>(bronze.source_type.value)).name;
}

// The section of the intent's options, which says what its own words do not.
Value section_of(const Value& said, const Span& span) {
    if (said.map()) return said;
    return mapping(span);
}

void put_unless_said(
    Value& section, const char* key, const std::optional<config::Spanned<std::string>>& value) {
    if (value && !section.find(key)) put(section, key, text(value->value, value->span));
}

Value kind_section(const IntentBronze& bronze, const Span& span, Diagnostics& out) {
    const auto& options = bronze.options;
    switch (bronze.source_type.value) {
        case IntentKind::file: {
            auto file = section_of(options.file, span);
            put_unless_said(file, "path", bronze.path_pattern);
            if (!file.find("path"))
                out.error("CFG103", "missing option 'path_pattern' in bronze", span);
            if (!file.find("format"))
                put(file, "format",
                    options.format ? text(options.format->value, options.format->span)
                                   : text("csv", span));
            return file;
        }
        case IntentKind::api: {
            auto api = section_of(options.api, span);
            put_unless_said(api, "base_url", bronze.connection_name);
            put_unless_said(api, "endpoint", bronze.source_query);
            if (!api.find("endpoint")) put(api, "endpoint", text("/", span));
            return api;
        }
        case IntentKind::db: {
            auto db = section_of(options.db, span);
            put_unless_said(db, "conn_str_env", bronze.connection_name);
            put_unless_said(db, "base_query", bronze.source_query);
            return db;
        }
        default: return section_of(options.custom_extractor, span);
    }
}

const Value* inside(const Value& written, std::initializer_list<const char*> path) {
    const auto* value = &written;
    for (const auto* key : path)
        if (value) value = value->find(key);
    return value;
}

Value run_of(const Intent& intent, const Value& written, const Span& span) {
    auto run = mapping(span);
    const auto& options = intent.bronze.options;
    for (const auto* key :
        {"load_pattern", "max_rows_per_file", "max_file_size_mb", "parallel_workers", "batch_id",
            "storage_enabled", "reference_mode", "before", "after"})
        if (const auto* value = inside(written, {"bronze", "options", key})) put(run, key, *value);
    std::string folder = "sampledata/bronze_samples";
    if (intent.environment) folder += "/env=" + *intent.environment;
    put(run, "local_output_dir", text(options.local_output_dir.value_or(folder), span));
    const auto writes = [&](const char* key, std::optional<bool> said, bool otherwise) {
        const auto* silver = intent.silver.find(key);
        if (said)
            put(run, key, flag(*said, span));
        else
            put(run, key, silver ? *silver : flag(otherwise, span));
    };
    writes("write_csv", options.write_csv, false);
    writes("write_parquet", options.write_parquet, true);
    return run;
}

Value platform_of(const Intent& intent, const Value& written, const Value& run, const Span& span) {
    auto bronze = mapping(span);
    put(bronze, "storage_backend", text("local", span));
    put(bronze, "local_path", *run.find("local_output_dir"));
    if (const auto* defaults = inside(written, {"bronze", "options", "output_defaults"}))
        put(bronze, "output_defaults", *defaults);
    auto partitioning = mapping(span);
    put(partitioning, "partition_strategy",
        text(std::string(strategy_choices
                     .at(static_cast<std::size_t>(intent.bronze.options.partitioning_strategy))
                     .name),
            span));
    put(bronze, "partitioning", std::move(partitioning));
    if (const auto& folder = intent.bronze.options.pattern_folder) {
        auto options = mapping(span);
        put(options, "pattern_folder", text(*folder, span));
        put(bronze, "options", std::move(options));
    }
    auto platform = mapping(span);
    put(platform, "bronze", std::move(bronze));
    return platform;
}

// The legacy checks of silver ask for keys and an order; intents name them otherwise.
Value silver_of(const Intent& intent, const Span& span) {
    auto silver = mapping(span);
    if (const auto* keys = intent.silver.find("natural_keys")) put(silver, "primary_keys", *keys);
    for (const auto* key : {"change_ts_column", "event_ts_column"})
        if (const auto* column = intent.silver.find(key))
            if (!silver.find("order_column")) put(silver, "order_column", *column);
    return silver;
}

}  // namespace

std::optional<Value> single_of(const Intent& intent, const Value& written, Diagnostics& out) {
    const auto* bronze = written.find("bronze");
    const auto span = bronze && bronze->span.known() ? bronze->span : written.span;
    auto single = mapping(written.span);
    auto source = mapping(span);
    const std::string kind(kind_word(intent.bronze));
    put(source, "type", text(kind, intent.bronze.source_type.span));
    put(source, "system", text(intent.system.value, intent.system.span));
    put(source, "table", text(intent.entity.value, intent.entity.span));
    auto run = run_of(intent, written, span);
    put(single, "platform", platform_of(intent, written, run, span));
    put(source, "run", std::move(run));
    Diagnostics found;
    put(source, kind == "custom" ? "custom_extractor" : kind,
        kind_section(intent.bronze, span, found));
    if (intent.bronze.owner_team) put(source, "owner_team", text(*intent.bronze.owner_team, span));
    put(single, "source", std::move(source));
    put(single, "silver", silver_of(intent, span));
    for (const auto& each : found.all()) out.add(each);
    if (found.failed()) return std::nullopt;
    return single;
}

}  // namespace ingot::foundry
