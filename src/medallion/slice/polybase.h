#pragma once
// T-SQL that lets SQL Server and Synapse read silver of an entity where it lies.
#include <optional>
#include <string>
#include <vector>

#include "medallion/slice/entity.h"

namespace ingot::slice {

struct ExternalDataSource {
    std::optional<std::string> name;
    std::string data_source_type = "HADOOP";
    std::optional<std::string> location;
    std::optional<std::string> credential_name;
};

constexpr auto describe(config::Of<ExternalDataSource>) {
    using S = ExternalDataSource;
    using config::field;
    return config::record("external_data_source", "Where the files are.",
        field("name", &S::name, "Default: silver_<entity>_<state|events>_source."),
        field("data_source_type", &S::data_source_type, "TYPE."),
        field("location", &S::location, "LOCATION; default: / and silver's base folder."),
        field("credential_name", &S::credential_name, "CREDENTIAL."));
}

struct ExternalFileFormat {
    std::string name = "parquet_format";
    std::string format_type = "PARQUET";
    std::optional<std::string> compression;
};

constexpr auto describe(config::Of<ExternalFileFormat>) {
    using S = ExternalFileFormat;
    using config::field;
    return config::record("external_file_format", "How the files are written.",
        field("name", &S::name, "Its name."), field("format_type", &S::format_type, "FORMAT_TYPE."),
        field("compression", &S::compression, "Default: silver's parquet_compression."));
}

struct ExternalTable {
    std::optional<std::string> artifact_name;
    std::string schema_name = "dbo";
    std::optional<std::string> table_name;
    std::vector<std::string> partition_columns;
    std::string reject_type = "VALUE";
    std::int64_t reject_value = 0;
    std::vector<std::string> sample_queries;
};

constexpr auto describe(config::Of<ExternalTable>) {
    using S = ExternalTable;
    using config::field;
    return config::record("external_table", "A table over one artifact.",
        field("artifact_name", &S::artifact_name, "Which files; default: the kind's own."),
        field("schema_name", &S::schema_name, "Its schema."),
        field("table_name", &S::table_name, "Default: <entity>_<state|events>_external."),
        field("partition_columns", &S::partition_columns, "More columns of text."),
        field("reject_type", &S::reject_type, "REJECT_TYPE."),
        field("reject_value", &S::reject_value, "REJECT_VALUE."),
        field("sample_queries", &S::sample_queries, "Queries to show as comments."));
}

struct PolybaseSetup {
    bool enabled = true;
    ExternalDataSource external_data_source;
    ExternalFileFormat external_file_format;
    std::vector<ExternalTable> external_tables;
    bool trino_enabled = false;
    bool iceberg_enabled = false;
};

constexpr auto describe(config::Of<PolybaseSetup>) {
    using S = PolybaseSetup;
    using config::field;
    return config::record("polybase_setup", "What generate_polybase_ddl makes of the dataset.",
        field("enabled", &S::enabled, "false: nothing."),
        field("external_data_source", &S::external_data_source, "Where the files are."),
        field("external_file_format", &S::external_file_format, "How they are written."),
        field("external_tables", &S::external_tables, "Default: one, over the kind's artifact."),
        field("trino_enabled", &S::trino_enabled, "Accepted."),
        field("iceberg_enabled", &S::iceberg_enabled, "Accepted."));
}

struct PolybaseOf {
    std::string system;
    std::string entity;
    std::string pattern_folder;  // empty: unknown
    std::string base;            // silver's base folder, as written
    std::string folder;          // below it: domain=…/entity=…/v1
};

// The statements, their functions for points in time, and sample queries. Keys and times are columns too.
std::string polybase_ddl(
    const PolybaseOf& of, const EntitySilver& silver, const PolybaseSetup& setup);

}  // namespace ingot::slice
