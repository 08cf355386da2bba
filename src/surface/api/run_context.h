#pragma once
// A run context: what one run of the foundry's programs works on, as JSON that another can be started with. Version 1:
// `cfg` is the configuration as written, variables in it unexpanded, so that no secret gets into the file.
#include <optional>
#include <string>

#include "base/diagnostics.h"
#include "base/time.h"
#include "config/value.h"
#include "project/foundry/config.h"

namespace ingot::api {

struct RunContextFile {
    config::Value cfg;
    std::optional<Date> run_date;
    std::string relative_path;
    std::string local_output_dir;
    std::string bronze_path;
    std::string source_system;
    std::string source_table;
    std::string dataset_id;
    std::string config_name;
    std::string load_pattern;
};

RunContextFile read_run_context(const std::string& path, Diagnostics& diagnostics);
std::string to_json(const RunContextFile& context);

// The datasets of its cfg, variables in place.
std::vector<foundry::Config> configs_of(
    const RunContextFile& context, const std::string& path, Diagnostics& diagnostics);

// The YAML of a configuration file as it is written.
config::Value written_config(const std::string& path, Diagnostics& diagnostics);

}  // namespace ingot::api
