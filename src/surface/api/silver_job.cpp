#include "surface/api/silver_job.h"

#include <algorithm>
#include <filesystem>

#include "project/read/foundry.h"

namespace ingot::api {

namespace {

namespace fs = std::filesystem;
using slice::EntitySilver;
using slice::RowSilver;

template <class T, class U>
void set(T& place, const std::optional<U>& over) {
    if (over) place = *over;
}

RowSilver row_silver(
    const foundry::Config& config, const SilverOverrides& over, Diagnostics& diagnostics) {
    auto silver = config.silver.is_null()
                      ? RowSilver{}
                      : foundry::bind_leniently<RowSilver>(config.silver, diagnostics);
    if (!over.primary_keys.empty()) silver.primary_keys = over.primary_keys;
    set(silver.order_column, over.order_column);
    set(silver.output_dir, over.silver_base);
    set(silver.write_parquet, over.write_parquet);
    set(silver.write_csv, over.write_csv);
    set(silver.parquet_compression, over.parquet_compression);
    set(silver.require_checksum, over.require_checksum);
    set(silver.full_output_name, over.full_output_name);
    set(silver.cdc_output_name, over.cdc_output_name);
    set(silver.history_output_name, over.history_output_name);
    set(silver.current_output_name, over.current_output_name);
    if (over.model) {
        silver.model_profile.reset();
        silver.model = slice::model_of(*over.model);
        if (!silver.model)
            diagnostics.error("CFG104",
                "--silver-model takes periodic_snapshot, incremental_merge, "
                "full_merge_dedupe, scd_type_1 or scd_type_2, not '" +
                    *over.model + "'");
    }
    if (silver.model_profile && !slice::model_of_profile(*silver.model_profile))
        diagnostics.warn("CFG104",
            "model_profile '" + *silver.model_profile +
                "' is none of analytics, operational, merge_ready, cdc_delta, snapshot and is not read",
            config.silver.span);
    if (silver.version < 1)
        diagnostics.error("CFG104", "silver.version is a whole number from 1", config.silver.span);
    return silver;
}

std::vector<std::string> trimmed(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const auto& name : names) {
        const auto first = name.find_first_not_of(" \t");
        if (first == std::string::npos) continue;
        out.push_back(name.substr(first, name.find_last_not_of(" \t") - first + 1));
    }
    return out;
}

void check_entity(const EntitySilver& silver, const Span& where, Diagnostics& diagnostics) {
    const std::string kind(slice::to_string(silver.entity_kind));
    if (silver.natural_keys.empty())
        diagnostics.error("CFG103", "silver.natural_keys names no column", where);
    if (slice::is_event_like(silver.entity_kind)) {
        if (!silver.event_ts_column)
            diagnostics.error(
                "CFG103", "entity_kind " + kind + " needs silver.event_ts_column", where);
        if (silver.history_mode)
            diagnostics.error(
                "CFG108", "history_mode is for state kinds; " + kind + " has input_mode", where);
    } else {
        if (!silver.change_ts_column)
            diagnostics.error(
                "CFG103", "entity_kind " + kind + " needs silver.change_ts_column", where);
        if (silver.input_mode)
            diagnostics.error(
                "CFG108", "input_mode is for event kinds; " + kind + " has history_mode", where);
    }
    if (silver.version < 1)
        diagnostics.error("CFG104", "silver.version is a whole number from 1", where);
    if (silver.record_time_partition && !silver.record_time_column)
        diagnostics.error("CFG103", "record_time_partition needs record_time_column", where);
}

EntitySilver entity_silver(
    const foundry::Config& config, const SilverOverrides& over, Diagnostics& diagnostics) {
    auto silver = foundry::bind_leniently<EntitySilver>(config.silver, diagnostics);
    silver.natural_keys = trimmed(silver.natural_keys);
    if (!diagnostics.failed()) check_entity(silver, config.silver.span, diagnostics);
    set(silver.output_dir, over.silver_base);
    set(silver.write_parquet, over.write_parquet);
    set(silver.write_csv, over.write_csv);
    set(silver.parquet_compression, over.parquet_compression);
    set(silver.require_checksum, over.require_checksum);
    return silver;
}

void needs_format(bool parquet, bool csv, const Span& where, Diagnostics& diagnostics) {
    if (!parquet && !csv)
        diagnostics.error("CFG108",
            "write_parquet and write_csv are both off, so silver would have no files; turn one on",
            where);
}

void needs_keys(
    const RowSilver& silver, slice::Model model, const Span& where, Diagnostics& diagnostics) {
    if (!slice::keeps_one_of_each_key(model)) return;
    const std::string name(to_string(model));
    if (silver.primary_keys.empty())
        diagnostics.error("CFG103",
            "the model " + name + " keeps one row of each key and needs silver.primary_keys",
            where);
    if (!silver.order_column)
        diagnostics.error("CFG103",
            "the model " + name + " keeps the newest row of each key and needs silver.order_column",
            where);
}

std::string absolute(const std::string& path) {
    auto place = fs::absolute(path).lexically_normal().string();
    while (place.size() > 1 && place.ends_with('/')) place.pop_back();
    return place;
}

struct Place {
    std::string domain, entity, load_partition_name, pattern;
    std::int64_t version = 1;
};

std::string partition_of(const Place& place, Date date) {
    return "domain=" + place.domain + "/entity=" + place.entity + "/v" +
           std::to_string(place.version) +
           (place.pattern.empty() ? "" : "/pattern=" + place.pattern) + "/" +
           place.load_partition_name + "=" + to_string(date);
}

run::SliceJob rows_job(
    const foundry::Config& config, RowSilver silver, Date date, const std::string& pattern) {
    run::SliceJob job;
    job.domain = silver.domain.value_or(config.system);
    job.entity = silver.entity.value_or(config.table);
    job.silver_base = absolute(silver.output_dir);
    job.partition = partition_of({job.domain, job.entity, silver.load_partition_name,
                                     silver.include_pattern_folder ? pattern : "", silver.version},
        date);
    job.formats = {silver.write_parquet, silver.write_csv, silver.parquet_compression};
    job.text_columns = silver.text_columns;
    job.require_checksum = silver.require_checksum;
    const auto model = slice::model_for(silver, pattern_of(config));
    job.what = run::RowsOfSlice{std::move(silver), model};
    return job;
}

run::SliceJob entity_job(const foundry::Config& config, EntitySilver silver, Date date) {
    run::SliceJob job;
    job.domain = config.domain.value_or(config.system);
    job.entity = config.table;
    const auto base = "sampledata/silver_samples" +
                      (config.environment ? "/env=" + *config.environment : std::string());
    job.silver_base = absolute(silver.output_dir.value_or(base));
    job.partition = partition_of(
        {job.domain, job.entity, silver.load_partition_name,
            silver.include_pattern_folder ? std::string(slice::to_string(silver.entity_kind)) : "",
            silver.version},
        date);
    job.formats = {silver.write_parquet, silver.write_csv, silver.parquet_compression};
    job.text_columns = silver.text_columns;
    job.require_checksum = silver.require_checksum;
    const slice::EntityContext context{.dataset = dataset_id(config),
        .load_batch_id = dataset_id(config) + "-" + to_string(date),
        .record_source = config.system,
        .run_date = to_string(date),
        .environment = config.environment.value_or("unknown"),
        .domain = job.domain,
        .entity = config.table,
        .bronze_owner = config.bronze_owner.value_or("platform-team"),
        .silver_owner = silver.semantic_owner.value_or("semantic-team")};
    job.what = run::EntityOfSlice{std::move(silver), context};
    return job;
}

}  // namespace

namespace {

const Span& place_of_silver(const foundry::Config& config) {
    return config.silver.is_null() ? config.origin : config.silver.span;
}

}  // namespace

std::string pattern_of(const foundry::Config& config) {
    return std::string(foundry::word(config.load));
}

void check_silver(
    const foundry::Config& config, const SilverOverrides& overrides, Diagnostics& diagnostics) {
    const auto& where = place_of_silver(config);
    if (config.intent) {
        const auto silver = entity_silver(config, overrides, diagnostics);
        return needs_format(silver.write_parquet, silver.write_csv, where, diagnostics);
    }
    const auto silver = row_silver(config, overrides, diagnostics);
    needs_format(silver.write_parquet, silver.write_csv, where, diagnostics);
    needs_keys(silver, slice::model_for(silver, pattern_of(config)), where, diagnostics);
}

run::SliceJob slice_job(const foundry::Config& config, const SilverExtractRequest& request,
    Date date, const std::string& pattern, const std::string& bronze) {
    Diagnostics told_before;
    auto job =
        config.intent
            ? entity_job(config, entity_silver(config, request.overrides, told_before), date)
            : rows_job(config, row_silver(config, request.overrides, told_before), date, pattern);
    job.dataset = dataset_id(config);
    job.options = place_of_silver(config);
    job.bronze_folder = absolute(bronze);
    job.load_pattern = pattern;
    job.date = date;
    job.chunk_tag = request.chunk_tag;
    job.locked = request.use_locks;
    job.lock_patience = request.lock_timeout;
    return job;
}

}  // namespace ingot::api
