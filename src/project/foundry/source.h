#pragma once
// `source:` of a foundry configuration: one table, how to get at it, and how its run goes.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot::foundry {

enum class Kind { api, db, file, custom };

inline constexpr std::array kind_choices{config::Choice{"api", 0}, config::Choice{"db", 1},
    config::Choice{"file", 2}, config::Choice{"custom", 3}};
constexpr std::span<const config::Choice> choices(config::Of<Kind>) { return kind_choices; }

enum class ReferenceRole { reference, delta, automatic };

inline constexpr std::array role_choices{
    config::Choice{"reference", 0}, config::Choice{"delta", 1}, config::Choice{"auto", 2}};
constexpr std::span<const config::Choice> choices(config::Of<ReferenceRole>) {
    return role_choices;
}

struct ReferenceMode {
    bool enabled = true;
    ReferenceRole role = ReferenceRole::reference;
    std::optional<config::Spanned<std::int64_t>> cadence_days;
    std::vector<std::string> delta_patterns;
};

constexpr auto describe(config::Of<ReferenceMode>) {
    using config::field;
    return config::record("reference_mode",
        "Says in the metadata whether a partition is a whole reference or a delta upon one.",
        field("enabled", &ReferenceMode::enabled, "false: as if it were not there."),
        field("role", &ReferenceMode::role, "What this table's partitions are."),
        field("cadence_days", &ReferenceMode::cadence_days, "Days between references."),
        field("delta_patterns", &ReferenceMode::delta_patterns,
            "Load patterns whose partitions are deltas upon it."));
}

struct RunOptions {
    std::optional<config::Spanned<std::string>> load_pattern;
    std::string local_output_dir = "./output";
    bool write_csv = true;
    bool write_parquet = false;
    config::Spanned<std::int64_t> parallel_workers{1, {}};
    std::optional<config::Spanned<std::string>> parquet_compression;
    config::Spanned<std::int64_t> max_rows_per_file{0, {}};
    std::optional<config::Spanned<double>> max_file_size_mb;
    config::Spanned<std::int64_t> timeout_seconds{30, {}};
    std::optional<config::Spanned<double>> rate_limit_rps;
    bool storage_enabled = false;
    bool cleanup_on_failure = true;
    std::optional<config::Spanned<std::string>> batch_id;
    std::optional<ReferenceMode> reference_mode;
    std::optional<std::string> partition_column;
    std::optional<std::string> order_column;
    std::vector<std::string> before;
    std::vector<std::string> after;
};

constexpr auto describe(config::Of<RunOptions>) {
    using config::field;
    return config::record("run", "How one extraction runs, and what it writes.",
        field("load_pattern", &RunOptions::load_pattern, "full, cdc or current_history."),
        field("local_output_dir", &RunOptions::local_output_dir,
            "Base folder of the partitions, relative to the working directory."),
        field("write_csv", &RunOptions::write_csv, "Whether parts are written as CSV."),
        field("write_parquet", &RunOptions::write_parquet, "Whether parts are written as Parquet."),
        field("parallel_workers", &RunOptions::parallel_workers, "Threads of one extraction."),
        field("parquet_compression", &RunOptions::parquet_compression,
            "snappy, gzip, brotli, lz4, zstd or none."),
        field("max_rows_per_file", &RunOptions::max_rows_per_file,
            "Start a new part after so many rows; 0: no limit."),
        field("max_file_size_mb", &RunOptions::max_file_size_mb,
            "Start a new part at about this size (within 20 %)."),
        field("timeout_seconds", &RunOptions::timeout_seconds, "Of one request."),
        field("rate_limit_rps", &RunOptions::rate_limit_rps, "Requests a second."),
        field("storage_enabled", &RunOptions::storage_enabled,
            "Whether parts are uploaded to the platform's storage backend.")
            .also("s3_enabled"),
        field("cleanup_on_failure", &RunOptions::cleanup_on_failure,
            "A failed run leaves nothing either way: partitions appear whole or not at all."),
        field("batch_id", &RunOptions::batch_id,
            "Names the partition with partition_strategy batch_id; default: made of the time."),
        field("reference_mode", &RunOptions::reference_mode, "Marks references and deltas."),
        field("partition_column", &RunOptions::partition_column, "For people.").descriptive(),
        field("order_column", &RunOptions::order_column, "For people.").descriptive(),
        field("before", &RunOptions::before,
            "Shell commands to run before the extraction; one that fails ends it."),
        field("after", &RunOptions::after,
            "Shell commands to run after it, with INGOT_STATUS set to success or failure."));
}

struct RateLimit {
    std::optional<config::Spanned<double>> rps;
};

constexpr auto describe(config::Of<RateLimit>) {
    return config::record("rate_limit", "How fast requests may follow each other.",
        config::field("rps", &RateLimit::rps, "Requests a second."));
}

enum class Paging { none, offset, page, cursor };

inline constexpr std::array paging_choices{config::Choice{"none", 0}, config::Choice{"offset", 1},
    config::Choice{"page", 2}, config::Choice{"cursor", 3}};
constexpr std::span<const config::Choice> choices(config::Of<Paging>) { return paging_choices; }

struct Pagination {
    config::Spanned<Paging> type;
    std::int64_t page_size = 100;
    std::string offset_param = "offset";
    std::string limit_param = "limit";
    std::string page_param = "page";
    std::string page_size_param = "page_size";
    std::string cursor_param = "cursor";
    std::string cursor_path = "next_cursor";
    std::int64_t start_page = 1;
    std::int64_t max_records = 0;
    std::int64_t max_pages = 0;
};

constexpr auto describe(config::Of<Pagination>) {
    using config::field;
    return config::record("pagination", "How an API hands out its records.",
        field("type", &Pagination::type, "none, offset, page or cursor."),
        field("page_size", &Pagination::page_size, "Records a page."),
        field("offset_param", &Pagination::offset_param, "Query parameter of the offset."),
        field(
            "limit_param", &Pagination::limit_param, "Query parameter of the page size (offset)."),
        field("page_param", &Pagination::page_param, "Query parameter of the page's number."),
        field("page_size_param", &Pagination::page_size_param,
            "Query parameter of the page size (page)."),
        field("cursor_param", &Pagination::cursor_param, "Query parameter of the cursor."),
        field("cursor_path", &Pagination::cursor_path, "Dotted path of the next cursor."),
        field("start_page", &Pagination::start_page, "Number of the first page."),
        field("max_records", &Pagination::max_records, "Stop after so many records; 0: never."),
        field("max_pages", &Pagination::max_pages, "Stop after so many pages; 0: never."));
}

}  // namespace ingot::foundry
