#pragma once
// silver_join: in the foundry's configuration: two silver folders, joined into a third.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot::join {

enum class Type { inner, left, right, outer, semi, anti, as_of };
enum class Strategy { automatic, broadcast, partitioned, hash };
enum class Profile { automatic, chunked, single };
enum class Format { parquet, csv };

inline constexpr std::array type_choices{config::Choice{"inner", 0}, config::Choice{"left", 1},
    config::Choice{"right", 2}, config::Choice{"outer", 3}, config::Choice{"semi", 4},
    config::Choice{"anti", 5}, config::Choice{"as_of", 6}, config::Choice{"as-of", 6},
    config::Choice{"asof", 6}, config::Choice{"full", 3}};
inline constexpr std::array strategy_choices{config::Choice{"auto", 0},
    config::Choice{"broadcast", 1}, config::Choice{"partitioned", 2}, config::Choice{"hash", 3}};
inline constexpr std::array profile_choices{
    config::Choice{"auto", 0}, config::Choice{"chunked", 1}, config::Choice{"single", 2}};
inline constexpr std::array format_choices{config::Choice{"parquet", 0}, config::Choice{"csv", 1}};
constexpr std::span<const config::Choice> choices(config::Of<Type>) { return type_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Strategy>) { return strategy_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Profile>) { return profile_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Format>) { return format_choices; }

struct Side {
    config::Spanned<std::string> path;
    std::optional<std::string> name;
    std::vector<std::string> text_columns;
    config::Value platform;
};

constexpr auto describe(config::Of<Side>) {
    using config::field;
    return config::record("side", "One input of the join.",
        field("path", &Side::path,
            "Folder of silver files: relative to the working folder, a URL of a store, or, where there is no such folder, below the platform's bucket.")
            .required(),
        field("name", &Side::name, "What people call it."),
        field("text_columns", &Side::text_columns,
            "Columns of CSV files that stay text, so that 007 is not 7."),
        field("platform", &Side::platform, "Where it is kept, when not where the rest is."));
}

struct RowCountGuard {
    std::optional<std::int64_t> min;
    std::optional<std::int64_t> max;
};

constexpr auto describe(config::Of<RowCountGuard>) {
    using config::field;
    return config::record("row_count", "How many rows the result may have.",
        field("min", &RowCountGuard::min, "At least."),
        field("max", &RowCountGuard::max, "At most."));
}

struct NullRatioGuard {
    config::Spanned<std::string> column;
    double max_ratio = 0;
};

constexpr auto describe(config::Of<NullRatioGuard>) {
    using config::field;
    return config::record("null_ratio", "How many rows may lack a value.",
        field("column", &NullRatioGuard::column, "The column.").required(),
        field("max_ratio", &NullRatioGuard::max_ratio, "At most, from 0 to 1."));
}

struct UniqueGuard {
    std::vector<config::Spanned<std::string>> columns;
};

constexpr auto describe(config::Of<UniqueGuard>) {
    return config::record("unique_keys", "Columns that together tell every row apart.",
        config::field("columns", &UniqueGuard::columns, "The columns.").also("keys"));
}

struct Guards {
    RowCountGuard row_count;
    std::vector<NullRatioGuard> null_ratio;
    std::vector<UniqueGuard> unique_keys;
};

constexpr auto describe(config::Of<Guards>) {
    using config::field;
    return config::record("quality_guards", "What must hold, or nothing is published.",
        field("row_count", &Guards::row_count, "How many rows."),
        field("null_ratio", &Guards::null_ratio, "How many may lack a value."),
        field("unique_keys", &Guards::unique_keys, "What tells rows apart."));
}

struct Output {
    config::Spanned<std::string> path;
    std::vector<Format> formats;
    std::optional<Type> join_type;
    config::Value join_keys;
    config::Value join_key_pairs;
    config::Value as_of;
    std::optional<std::int64_t> chunk_size;
    Profile performance_profile = Profile::automatic;
    Strategy join_strategy = Strategy::automatic;
    config::Value select_columns;
    Guards quality_guards;
    std::optional<std::string> spill_dir;
    std::optional<std::string> checkpoint_dir;
    std::optional<config::Spanned<std::string>> model;
    std::vector<std::string> primary_keys;
    std::optional<std::string> order_column;
    std::vector<std::string> partition_columns;
    std::string parquet_compression = "snappy";
};

constexpr auto describe(config::Of<Output>) {
    using config::field;
    return config::record("output", "What is made of the two.",
        field("path", &Output::path, "Folder of the result: a path, or a URL of a store.")
            .required(),
        field("formats", &Output::formats, "parquet, csv or both; default parquet."),
        field("join_type", &Output::join_type, "Which rows are kept; default inner."),
        field("join_keys", &Output::join_keys,
            "Columns of the same name on both sides, or auto: the primary keys of both, else common columns."),
        field("join_key_pairs", &Output::join_key_pairs,
            "Columns of different names: [{left: a, right: b}].")
            .also("join_key_mapping"),
        field("as_of", &Output::as_of,
            "With join_type: as_of, the times: a column, or {left: a, right: b}; the right row is the last that is not later."),
        field("chunk_size", &Output::chunk_size, "Left rows joined at a time; 0: all."),
        field("performance_profile", &Output::performance_profile,
            "How chunks are sized when chunk_size is not said."),
        field("join_strategy", &Output::join_strategy,
            "How chunks are sized by default; never changes the result."),
        field("select_columns", &Output::select_columns,
            "Columns of the result: name, {source, alias}, or {old: new}; left.x and right.x say whose.")
            .also("projection"),
        field("quality_guards", &Output::quality_guards, "What must hold."),
        field("spill_dir", &Output::spill_dir,
            "Where parts of the right side and the engine's overflow go."),
        field("checkpoint_dir", &Output::checkpoint_dir,
            "Where finished chunks wait, so that a join that was cut off goes on; a folder here; default .join_progress in path."),
        field("model", &Output::model, "A silver model or profile over the joined rows."),
        field("primary_keys", &Output::primary_keys,
            "Keys of that model, when the left side's metadata names none."),
        field("order_column", &Output::order_column, "Its order, likewise."),
        field("partition_columns", &Output::partition_columns, "Folders <column>=<value>."),
        field("parquet_compression", &Output::parquet_compression,
            "snappy, gzip, brotli, lz4, zstd or none."));
}

struct Spec {
    Side left;
    Side right;
    Output output;
};

constexpr auto describe(config::Of<Spec>) {
    using config::field;
    return config::record("silver_join", "Two silver folders, joined into a third.",
        field("left", &Spec::left, "The rows that lead.").required(),
        field("right", &Spec::right, "The rows that are added to them.").required(),
        field("output", &Spec::output, "What is made of them.").required());
}

}  // namespace ingot::join
