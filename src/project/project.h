#pragma once
// Everything authored in a project folder, bound and checked as far as one file at a time allows.
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "config/describe.h"
#include "medallion/table_spec.h"
#include "platform/storage/store_options.h"
#include "project/dataset.h"

namespace ingot {

struct TargetSpec {
    config::Value engine;  // "duckdb" or {type: duckdb, …}
    std::string warehouse = "./warehouse";
    storage::StoreOptions storage;
    std::optional<TableKind> format;
    std::optional<std::string> environment;
    config::Named<std::string> vars;
    config::Value
        defaults;  // laid over every dataset's settings by layer, as `defaults:` of the project
};

constexpr auto describe(config::Of<TargetSpec>) {
    using config::field;
    return config::record("target", "A named environment.",
        field("engine", &TargetSpec::engine, "What runs the plan: duckdb."),
        field("warehouse", &TargetSpec::warehouse,
            "Root that the tables live under: a folder, relative to the project, or s3://bucket/prefix, az://container/prefix, gs://bucket/prefix."),
        field("storage", &TargetSpec::storage,
            "How the object stores are reached that the warehouse or files of sources lie in."),
        field("format", &TargetSpec::format,
            "Format of all tables that say no other: delta, parquet, csv or engine."),
        field("environment", &TargetSpec::environment,
            "Adds an env=<name> folder to bronze and silver paths."),
        field("vars", &TargetSpec::vars, "Variables of this target; win over the project's."),
        field("defaults", &TargetSpec::defaults,
            "Settings by layer that win over the datasets' own."));
}

struct ProjectSpec {
    std::int64_t config_version = 1;
    config::Spanned<std::string> name;
    config::Spanned<std::string> default_target{"dev", {}};
    config::Named<TargetSpec> targets;
    config::Named<std::string> vars;
    config::Value defaults;
};

constexpr auto describe(config::Of<ProjectSpec>) {
    using config::field;
    return config::record("project", "ingot.yml: the project's name, targets and defaults.",
        field("config_version", &ProjectSpec::config_version, "1."),
        field("name", &ProjectSpec::name, "The project's name.").required(),
        field("default_target", &ProjectSpec::default_target, "The target used without --target."),
        field("targets", &ProjectSpec::targets,
            "Environments by name; without any: dev, in ./warehouse."),
        field("vars", &ProjectSpec::vars, "Variables for ${NAME}."),
        field("defaults", &ProjectSpec::defaults,
            "Settings every dataset of a layer starts from, and owner, tags.")
            .example("{silver: {schema: additive}, owner: data-platform}"));
}

struct Project {
    std::string root;  // absolute folder of ingot.yml
    ProjectSpec spec;
    std::string target_name;
    TargetSpec target;
    std::vector<Dataset> datasets;  // sorted by name
};

struct LoadOptions {
    std::string project_dir;          // empty: search from the working directory upwards
    std::string target;               // empty: default_target
    config::Named<std::string> vars;  // --vars
};

// Reads ingot.yml, sources/, models/ (SQL and YAML, folder _defaults.yml), reporting every mistake it finds.
Project load_project(const LoadOptions& options, Diagnostics& diagnostics);

}  // namespace ingot
