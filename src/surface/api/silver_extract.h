#pragma once
// The foundry's silver_extract: a configuration or a run context in, one silver partition out.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "event/events.h"
#include "project/foundry/config.h"

namespace ingot::api {

// Flags that win over the configuration; what is not set leaves it alone.
struct SilverOverrides {
    std::optional<std::string> silver_base;
    std::vector<std::string> primary_keys;
    std::optional<std::string> order_column;
    std::optional<std::string> model;
    std::optional<bool> write_parquet;
    std::optional<bool> write_csv;
    std::optional<std::string> parquet_compression;
    std::optional<bool> require_checksum;
    std::optional<std::string> full_output_name;
    std::optional<std::string> cdc_output_name;
    std::optional<std::string> history_output_name;
    std::optional<std::string> current_output_name;
};

struct SilverExtractRequest {
    std::string config;             // a file; or
    std::string run_context;        // a file
    std::string write_run_context;  // a file to write what this run works on to; empty: none
    std::optional<Date> date;       // default: the run context's, else today
    std::string source_name;
    std::string bronze_path;
    std::string pattern = "auto";
    SilverOverrides overrides;
    bool dry_run = false;
    bool validate_only = false;
    std::optional<std::string> chunk_tag;
    bool use_locks = false;
    std::chrono::seconds lock_timeout{60};
    int threads = 0;
    std::string memory;
    bool onprem = false;  // refuse storage that is not on our own ground
    config::Named<std::string> vars{};
};

struct SilverExtractOutcome {
    StepReport report;
    std::string config_name;
    std::string domain;
    std::string entity;
    std::string bronze_path;
    std::string load_pattern;
    std::string silver_partition;
    std::string model;  // of the older form
    std::optional<Date> date;
    int exit_status = 0;
};

using AttachSinksTo = std::function<void(Bus&, const std::string& run_id)>;

// Mistakes in files are in `diagnostics`; then, or when something could not be begun, there is no outcome.
Result<SilverExtractOutcome> silver_extract(
    const SilverExtractRequest& request, const AttachSinksTo& attach, Diagnostics& diagnostics);

// The datasets of a configuration, by name and in its order.
std::vector<std::string> dataset_names(
    const std::string& config, const config::Named<std::string>& vars, Diagnostics& diagnostics);

// The one dataset that the name picks among a file's; USE101 when it picks none, or is needed and missing.
Result<foundry::Config> picked(std::vector<foundry::Config> configs, const std::string& name);

// <system>.<table> as metadata and catalogues call it.
std::string dataset_id(const foundry::Config& config);

// Where silver_extract looks for the slice: the partition that bronze_extract wrote for the date, the newest of several.
std::string bronze_folder(const foundry::Config& config, Date date);

}  // namespace ingot::api
