#pragma once
// Configurations of the medallion-foundry in its four forms, read into one: what `bronze_extract`, `silver_extract` and
// the doctor work on. The bronze half is compiled to what our own sources/*.yml compile to.
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "config/value.h"
#include "medallion/bronze/layout.h"
#include "project/dataset.h"
#include "project/foundry/intent.h"
#include "project/foundry/platform.h"
#include "project/foundry/source_kinds.h"

namespace ingot::foundry {

// How the file is written: one dataset with platform: and source:, several under sources:, one intent, or datasets:.
enum class Form { single, sources, intent, datasets };

struct Config {
    Form form = Form::single;
    std::string file;  // as it was named
    Span origin;       // of the entry that this is
    std::string name;  // sources[].name, datasets[].name, or <system>.<table>
    std::string system;
    std::string table;  // an intent's entity
    LoadPattern load = LoadPattern::full;
    std::optional<std::string> environment;
    std::optional<std::string> domain;
    Platform platform;
    Source source;
    bool bronze_enabled = true;
    std::string output_dir;  // local_output_dir
    std::optional<std::string> bronze_owner;
    std::optional<Intent> intent;  // of the intent forms
    // As written, variables in place; the entry's laid over the file's. Null when there is none.
    config::Value silver;
    config::Value silver_join;
    config::Value polybase_setup;
    config::Value whole;  // everything of this dataset, in the legacy form where it has one

    SliceLayout layout;  // of the slices that the command lines write
    // The same in our own words: a dataset of sources/*.yml. add_dataset fills it.
    Dataset dataset;
};

struct ReadOptions {
    config::Named<std::string> vars{};  // stronger than the environment
};

// True for a YAML tree that is one of the four forms and none of ours.
bool is_foundry_form(const config::Value& file);

// Reads a file and every dataset in it. Mistakes are errors with their places; unknown keys and deprecated ones
// (CFG001-CFG004) are warnings that say what to write. What has no error is complete.
std::vector<Config> read_configs(
    const std::string& path, const ReadOptions& options, Diagnostics& diagnostics);

// The same from a tree that was read and expanded already.
std::vector<Config> configs_of(
    const config::Value& file, const std::string& path, Diagnostics& diagnostics);

// What of it bronze is made from, as our own form would say it; refuses kinds of source that are not there.
void add_dataset(Config& config, Diagnostics& diagnostics);

// --load-pattern: what changes with it, the dataset among it.
void set_load_pattern(Config& config, LoadPattern load);

// "full", "cdc", "current_history"
std::string_view word(LoadPattern load);

}  // namespace ingot::foundry
