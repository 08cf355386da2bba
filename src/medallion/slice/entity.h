#pragma once
// The silver: section of the foundry's configuration, in its newer form (an entity and how its changes are kept).
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot::slice {

enum class EntityKind { event, state, derived_state, derived_event };
enum class HistoryMode { scd2, scd1, latest_only };
enum class InputMode { append_log, replace_daily };
enum class DeleteMode { ignore, tombstone_state, tombstone_event };
enum class NewColumns { strict, allow_new_columns };

inline constexpr std::array kind_choices{config::Choice{"event", 0}, config::Choice{"state", 1},
    config::Choice{"derived_state", 2}, config::Choice{"derived_event", 3}};
inline constexpr std::array history_mode_choices{
    config::Choice{"scd2", 0}, config::Choice{"scd1", 1}, config::Choice{"latest_only", 2}};
inline constexpr std::array input_mode_choices{
    config::Choice{"append_log", 0}, config::Choice{"replace_daily", 1}};
inline constexpr std::array delete_mode_choices{config::Choice{"ignore", 0},
    config::Choice{"tombstone_state", 1}, config::Choice{"tombstone_event", 2}};
inline constexpr std::array new_columns_choices{
    config::Choice{"strict", 0}, config::Choice{"allow_new_columns", 1}};
constexpr std::span<const config::Choice> choices(config::Of<EntityKind>) { return kind_choices; }
constexpr std::span<const config::Choice> choices(config::Of<HistoryMode>) {
    return history_mode_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<InputMode>) {
    return input_mode_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<DeleteMode>) {
    return delete_mode_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<NewColumns>) {
    return new_columns_choices;
}

constexpr std::string_view to_string(EntityKind kind) {
    return kind_choices[static_cast<std::size_t>(kind)].name;
}
constexpr std::string_view to_string(HistoryMode mode) {
    return history_mode_choices[static_cast<std::size_t>(mode)].name;
}
constexpr std::string_view to_string(InputMode mode) {
    return input_mode_choices[static_cast<std::size_t>(mode)].name;
}

// event and derived_event: rows are things that happened, not what something is like.
constexpr bool is_event_like(EntityKind kind) {
    return kind == EntityKind::event || kind == EntityKind::derived_event;
}

struct EntitySilver {
    bool enabled = true;
    EntityKind entity_kind = EntityKind::state;
    std::optional<HistoryMode> history_mode;
    std::optional<InputMode> input_mode;
    DeleteMode delete_mode = DeleteMode::ignore;
    NewColumns schema_mode = NewColumns::strict;
    std::vector<std::string> natural_keys;
    std::optional<std::string> event_ts_column;
    std::optional<std::string> change_ts_column;
    std::vector<std::string> attributes;
    std::vector<std::string> partition_by;
    std::optional<std::string> record_time_column;
    std::optional<std::string> record_time_partition;
    std::string load_batch_id_column = "load_batch_id";
    std::optional<std::string> output_dir;
    std::int64_t version = 1;
    std::string load_partition_name = "load_date";
    bool include_pattern_folder = false;
    bool write_parquet = true;
    bool write_csv = false;
    std::string parquet_compression = "snappy";
    bool require_checksum = false;
    std::vector<std::string> text_columns;
    std::optional<std::string> semantic_owner;
    std::optional<std::string> semantic_contact;
};

constexpr auto describe(config::Of<EntitySilver>) {
    using S = EntitySilver;
    using config::field;
    return config::record("entity silver",
        "Silver of the foundry's newer form: what an entity is, and how its changes are kept.",
        field("enabled", &S::enabled, "false: no data, only metadata that says so."),
        field("entity_kind", &S::entity_kind, "What a row is: event, state, or derived from rows.")
            .required(),
        field("history_mode", &S::history_mode, "For state kinds; default scd2."),
        field("input_mode", &S::input_mode, "For event kinds; default append_log."),
        field("delete_mode", &S::delete_mode,
            "For derived_event: whether unchanged and deleted rows are told."),
        field("schema_mode", &S::schema_mode,
            "Whether columns that are not named here are an error or left out."),
        field("natural_keys", &S::natural_keys, "What identifies the entity.").required(),
        field("event_ts_column", &S::event_ts_column, "When it happened; for event kinds."),
        field("change_ts_column", &S::change_ts_column, "When it changed; for state kinds."),
        field("attributes", &S::attributes, "Columns to keep beside keys and times."),
        field("partition_by", &S::partition_by,
            "Folder levels; a name ending in _dt that is no column is the date of the time."),
        field("record_time_column", &S::record_time_column, "The time that folders come from."),
        field("record_time_partition", &S::record_time_partition, "The folder level's name."),
        field("load_batch_id_column", &S::load_batch_id_column, "Accepted; the name is fixed."),
        field("output_dir", &S::output_dir,
            "Base folder; default sampledata/silver_samples[/env=<environment>]."),
        field("version", &S::version, "Folder v<version>."),
        field("load_partition_name", &S::load_partition_name, "Folder <name>=<date>."),
        field("include_pattern_folder", &S::include_pattern_folder, "Adds pattern=<entity kind>."),
        field("write_parquet", &S::write_parquet, "Writes Parquet; bronze too."),
        field("write_csv", &S::write_csv, "Writes CSV; bronze too."),
        field("parquet_compression", &S::parquet_compression,
            "snappy, gzip, brotli, lz4, zstd or none."),
        field("require_checksum", &S::require_checksum,
            "Bronze must have _checksums.json and agree with it."),
        field("text_columns", &S::text_columns,
            "Columns of bronze CSV that stay text, such as codes with leading zeros."),
        field("semantic_owner", &S::semantic_owner, "Fills the column silver_owner."),
        field("semantic_contact", &S::semantic_contact, "Whom to ask."));
}

}  // namespace ingot::slice
