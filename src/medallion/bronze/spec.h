#pragma once
// What an author writes in sources/*.yml: a system, how to reach it, and the tables to land from it.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "medallion/quality/spec.h"
#include "platform/connector/cursor.h"

namespace ingot {

enum class LoadPattern { full, cdc, current_history };
enum class Infer { lossless, types, text };
enum class Missing { error, skip };
// How a table's columns may change from slice to slice.
enum class BronzeSchema { additive, evolve };
// What happens to what the table's schema does not know.
enum class OnChange { evolve, freeze, discard_row, discard_value, quarantine };
enum class Compression { snappy, zstd, gzip, none, brotli, lz4 };

inline constexpr std::array load_pattern_choices{
    config::Choice{"full", 0}, config::Choice{"cdc", 1}, config::Choice{"current_history", 2}};
inline constexpr std::array infer_choices{
    config::Choice{"lossless", 0}, config::Choice{"types", 1}, config::Choice{"text", 2}};
inline constexpr std::array missing_choices{config::Choice{"error", 0}, config::Choice{"skip", 1}};
inline constexpr std::array bronze_schema_choices{
    config::Choice{"additive", 0}, config::Choice{"evolve", 1}};
inline constexpr std::array on_change_choices{config::Choice{"evolve", 0},
    config::Choice{"freeze", 1}, config::Choice{"discard_row", 2},
    config::Choice{"discard_value", 3}, config::Choice{"quarantine", 4}};
inline constexpr std::array compression_choices{config::Choice{"snappy", 0},
    config::Choice{"zstd", 1}, config::Choice{"gzip", 2}, config::Choice{"none", 3},
    config::Choice{"brotli", 4}, config::Choice{"lz4", 5}};
constexpr std::span<const config::Choice> choices(config::Of<LoadPattern>) {
    return load_pattern_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<Infer>) { return infer_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Missing>) { return missing_choices; }
constexpr std::span<const config::Choice> choices(config::Of<BronzeSchema>) {
    return bronze_schema_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<OnChange>) {
    return on_change_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<Compression>) {
    return compression_choices;
}

struct FileOptions {
    std::optional<config::Spanned<std::string>> format;
    std::optional<std::string> delimiter;
    std::optional<std::string> quote;
    std::optional<std::string> encoding;
    std::optional<std::string> compression;
    std::optional<bool> header;
    std::vector<std::string> names;
    std::vector<std::int64_t> widths;
    std::optional<std::string> records;
    std::optional<std::string> members;
    std::optional<std::string> sheet;
    std::optional<std::string> range;
    std::vector<config::Spanned<std::string>> columns;
    config::Named<config::Spanned<std::string>> types;
    Infer infer = Infer::lossless;
    bool keep_empty = false;
    std::optional<config::Spanned<std::string>> json_path;
    std::optional<std::int64_t> limit_rows;
    Missing missing = Missing::error;
    bool new_files = false;
    std::optional<std::int64_t> max_rows_per_file;
    std::optional<double> max_file_size_mb;
    Compression parquet_compression = Compression::snappy;
};

constexpr auto describe(config::Of<FileOptions>) {
    using config::field;
    return config::record("options",
        "How the files of a table are read and how bronze writes them. May also stand on the table itself.",
        field("format", &FileOptions::format,
            "csv, tsv, json, jsonl, parquet, xlsx, avro, xml or fixed; default: by the file's ending."),
        field("delimiter", &FileOptions::delimiter, "Between fields; default: sniffed.")
            .example("\";\""),
        field("quote", &FileOptions::quote, "Around fields; default: sniffed."),
        field("encoding", &FileOptions::encoding,
            "utf-8, latin-1, utf-16; default: by the byte order mark, else utf-8.")
            .example("latin-1"),
        field("compression", &FileOptions::compression,
            "Of the input: gzip, zstd, bzip2, xz, none; default: by the first bytes."),
        field("header", &FileOptions::header,
            "Whether the first line names the columns; default: sniffed."),
        field("names", &FileOptions::names, "Names for the columns of files without a header."),
        field("widths", &FileOptions::widths, "Fixed width: how many characters each column takes.")
            .example("[10, 30, 8]"),
        field("records", &FileOptions::records,
            "XML: the element that repeats, as a path from the root or a name; default: the root's children.")
            .example("catalog/books/book"),
        field("members", &FileOptions::members,
            "Archives: the members to read, a glob on their path or name; default: all.")
            .example("\"orders_*.csv\""),
        field("sheet", &FileOptions::sheet, "Excel: the sheet to read; default: the first."),
        field("range", &FileOptions::range, "Excel: the cells to read; default: all.")
            .example("A3:F500"),
        field("columns", &FileOptions::columns, "Land only these columns, in this order."),
        field("types", &FileOptions::types,
            "Declared types by column; a value that does not fit goes to quarantine.")
            .example("{customer_id: BIGINT, updated_at: TIMESTAMP}"),
        field("infer", &FileOptions::infer,
            "What becomes of undeclared text: a type only where nothing is lost (lossless), the engine's guess (types), or text."),
        field("keep_empty", &FileOptions::keep_empty,
            "An empty field of CSV is empty text where its column is text, not NULL."),
        field("json_path", &FileOptions::json_path,
            "Dotted path of the records in a JSON file; what stands there is a list or one record.")
            .example("payload.rows"),
        field("limit_rows", &FileOptions::limit_rows, "Land only the first rows."),
        field(
            "missing", &FileOptions::missing, "What it means when no file is there for the date."),
        field("new_files", &FileOptions::new_files,
            "Each file lands once: those that have not landed yet land in the slice of the run's date, whatever they are called and whenever they came. Needs load: cdc."),
        field("max_rows_per_file", &FileOptions::max_rows_per_file,
            "Start a new part file after so many rows."),
        field("max_file_size_mb", &FileOptions::max_file_size_mb,
            "Start a new part file at about this size (within 20 %)."),
        field("parquet_compression", &FileOptions::parquet_compression,
            "Of the Parquet files that bronze writes."));
}

struct ContractSpec {
    OnChange columns = OnChange::evolve;
    OnChange types = OnChange::evolve;
    config::Spanned<OnChange> rows{OnChange::quarantine, {}};
};

constexpr auto describe(config::Of<ContractSpec>) {
    using config::field;
    return config::record("contract",
        "What happens to what the table's schema does not know. freeze: nothing of the slice lands; discard_row: the row is dropped and counted; discard_value: the value alone is; quarantine: the row goes there.",
        field("columns", &ContractSpec::columns,
            "A column that the table does not have. evolve: the table gets it."),
        field("types", &ContractSpec::types,
            "A value that does not fit its column's type. evolve: the type is widened; what no wider type holds goes into the column _variants."),
        field("rows", &ContractSpec::rows,
            "A record that cannot be read as a row: quarantine, freeze or discard_row."));
}

struct TableSpec {
    config::Spanned<std::string> name;
    std::optional<config::Spanned<std::string>> path;
    LoadPattern load = LoadPattern::full;
    std::optional<CursorSpec> cursor;
    BronzeSchema schema = BronzeSchema::additive;
    std::optional<ContractSpec> contract;
    FileOptions options;
    config::Named<config::Spanned<RuleSpec>> expect;
    std::optional<std::string> owner;
    std::vector<std::string> tags;
    std::optional<std::string> description;
};

constexpr auto describe(config::Of<TableSpec>) {
    using config::field;
    return config::record("table",
        "One table of a source; lands as the bronze dataset <system>_<name>.",
        field("name", &TableSpec::name, "The table's name.").required(),
        field("path", &TableSpec::path,
            "File path relative to connection.path; {date} and {date:%Y/%m/%d} stand for the logical date; globs are allowed.")
            .example("\"customers_{date}.csv\""),
        field("load", &TableSpec::load,
            "Whether a slice is the whole table (full), changes (cdc), or current rows with their history."),
        field("cursor", &TableSpec::cursor,
            "Reads only what is new since the slice before; for sources that can be asked so."),
        field("schema", &TableSpec::schema,
            "additive: each slice keeps the types it came with, and readers see one that holds all. evolve: the table has a schema of its own, which grows by contract: and whose history is kept."),
        field("contract", &TableSpec::contract,
            "What may change, and what happens to the rest; implies schema: evolve."),
        field("options", &TableSpec::options, "How the files are read and written."),
        field("expect", &TableSpec::expect, "Rules that rows must meet to land."),
        field("owner", &TableSpec::owner, "Who answers for this dataset.").descriptive(),
        field("tags", &TableSpec::tags, "Words to select by.").descriptive(),
        field("description", &TableSpec::description, "For people.").descriptive());
}

struct ConnectionSpec {
    config::Spanned<std::string> type{"file", {}};
    std::string path;
    config::Named<config::Spanned<std::string>> headers;
    std::optional<std::string> ca_file;
};

constexpr auto describe(config::Of<ConnectionSpec>) {
    using config::field;
    return config::record("connection", "How to reach the system.",
        field("type", &ConnectionSpec::type, "The kind of source: file, or one of those below."),
        field("path", &ConnectionSpec::path,
            "Folder that table paths are relative to; itself relative to the project. Or a place in a store, or a web address.")
            .example("https://files.example.com/exports"),
        field("headers", &ConnectionSpec::headers,
            "Sent with each request to a web address, and to no other server that it leads to; secrets are allowed.")
            .example("{Authorization: secret://env/FILES_TOKEN}"),
        field("ca_file", &ConnectionSpec::ca_file,
            "PEM file of certificates to trust at a web address, relative to the project; default: the system's."));
}

struct SourceSpec {
    config::Spanned<std::string> system;
    ConnectionSpec connection;
    std::vector<TableSpec> tables;
    std::optional<std::string> owner;
    std::vector<std::string> tags;
    std::optional<std::string> description;
};

constexpr auto describe(config::Of<SourceSpec>) {
    using config::field;
    return config::record("source",
        "A file in sources/: one system and the tables that bronze lands from it.",
        field("system", &SourceSpec::system,
            "The system's name; the first part of its datasets' names.")
            .required(),
        field("connection", &SourceSpec::connection, "How to reach it."),
        field("tables", &SourceSpec::tables, "The tables to land.").required(),
        field("owner", &SourceSpec::owner, "Who answers for these datasets.").descriptive(),
        field("tags", &SourceSpec::tags, "Words to select by.").descriptive(),
        field("description", &SourceSpec::description, "For people.").descriptive());
}

}  // namespace ingot
