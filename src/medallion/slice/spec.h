#pragma once
// The silver: section of the foundry's configuration, in its older form (a model over rows).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "medallion/slice/model.h"

namespace ingot::slice {

struct Normalization {
    bool trim_strings = false;
    bool empty_strings_as_null = false;
};

constexpr auto describe(config::Of<Normalization>) {
    using config::field;
    return config::record("normalization", "Cleans text columns before keys are looked at.",
        field("trim_strings", &Normalization::trim_strings, "Removes white space at both ends."),
        field("empty_strings_as_null", &Normalization::empty_strings_as_null,
            "Makes empty text NULL, after trimming."));
}

struct ErrorHandling {
    bool enabled = false;
    std::int64_t max_bad_records = 0;
    double max_bad_percent = 0;
};

constexpr auto describe(config::Of<ErrorHandling>) {
    using config::field;
    return config::record("error_handling",
        "Rows without a key go to _errors/ beside the data; too many of them are a failure.",
        field("enabled", &ErrorHandling::enabled, "Whether keys are looked at."),
        field("max_bad_records", &ErrorHandling::max_bad_records,
            "Bad rows of one file that are accepted; 0: none."),
        field("max_bad_percent", &ErrorHandling::max_bad_percent,
            "Percentage that must be passed as well before it is a failure."));
}

struct Partitioning {
    std::vector<std::string> columns;
};

constexpr auto describe(config::Of<Partitioning>) {
    return config::record("partitioning", "Folders below the slice.",
        config::field(
            "columns", &Partitioning::columns, "A folder level for each, <column>=<value>."));
}

struct Reshape {
    config::Named<std::string> rename_map;
    std::optional<std::vector<std::string>> column_order;
};

constexpr auto describe(config::Of<Reshape>) {
    using config::field;
    return config::record("schema", "Names and order of columns.",
        field("rename_map", &Reshape::rename_map, "New names by old names."),
        field("column_order", &Reshape::column_order, "Columns that come first."));
}

struct RowSilver {
    std::string output_dir = "./silver_output";
    std::optional<std::string> domain;
    std::optional<std::string> entity;
    std::int64_t version = 1;
    std::string load_partition_name = "load_date";
    bool include_pattern_folder = false;
    bool require_checksum = false;
    bool write_parquet = true;
    bool write_csv = false;
    std::string parquet_compression = "snappy";
    std::vector<std::string> primary_keys;
    std::optional<std::string> order_column;
    std::string full_output_name = "full_snapshot";
    std::string cdc_output_name = "cdc_changes";
    std::string history_output_name = "history";
    std::string current_output_name = "current";
    std::vector<std::string> text_columns;
    Reshape schema;
    Normalization normalization;
    ErrorHandling error_handling;
    Partitioning partitioning;
    std::optional<Model> model;
    std::optional<std::string> model_profile;
};

constexpr auto describe(config::Of<RowSilver>) {
    using S = RowSilver;
    using config::field;
    return config::record("silver",
        "Silver of the foundry's older form: a model over the rows of one bronze slice.",
        field("output_dir", &S::output_dir, "Base folder; relative to the working folder."),
        field("domain", &S::domain, "Folder domain=<…>; default: source.system."),
        field("entity", &S::entity, "Folder entity=<…>; default: source.table."),
        field("version", &S::version, "Folder v<version>."),
        field("load_partition_name", &S::load_partition_name, "Folder <name>=<date>."),
        field("include_pattern_folder", &S::include_pattern_folder, "Adds pattern=<load pattern>."),
        field("require_checksum", &S::require_checksum,
            "Bronze must have _checksums.json and agree with it."),
        field("write_parquet", &S::write_parquet, "Writes Parquet."),
        field("write_csv", &S::write_csv, "Writes CSV."),
        field("parquet_compression", &S::parquet_compression,
            "snappy, gzip, brotli, lz4, zstd or none."),
        field("primary_keys", &S::primary_keys, "Key columns, by their old or new names."),
        field("order_column", &S::order_column, "The greatest value is the newest row of a key."),
        field("full_output_name", &S::full_output_name, "File name of snapshots."),
        field("cdc_output_name", &S::cdc_output_name, "File name of incremental_merge."),
        field("history_output_name", &S::history_output_name, "File name of scd_type_2's history."),
        field("current_output_name", &S::current_output_name, "File name of current rows."),
        field("text_columns", &S::text_columns,
            "Columns of bronze CSV that stay text, such as codes with leading zeros.")
            .example("[postcode]"),
        field("schema", &S::schema, "Names and order of columns.").also("schema_config"),
        field("normalization", &S::normalization, "Cleans text columns."),
        field("error_handling", &S::error_handling, "What becomes of rows without a key."),
        field("partitioning", &S::partitioning, "Folders below the slice."),
        field("model", &S::model, "What is made of the rows; default: by the load pattern."),
        field("model_profile", &S::model_profile,
            "analytics, operational, merge_ready, cdc_delta or snapshot; wins over model."));
}

// What a model is made with, keys and order by their new names.
Model model_for(const RowSilver& silver, std::string_view load_pattern);

}  // namespace ingot::slice
