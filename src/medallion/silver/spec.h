#pragma once
// What an author writes for a silver dataset: under silver: or in @silver(...).
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "medallion/match/spec.h"
#include "medallion/quality/spec.h"
#include "medallion/silver/cdc_spec.h"
#include "medallion/silver/normalize_spec.h"
#include "medallion/table_spec.h"

namespace ingot {

enum class History { latest, scd2, append, snapshot, scd3, scd6, replace, changes };
enum class Deletes { ignore, soft, hard, infer, tombstone };
enum class SchemaMode { strict, additive, evolve };
enum class Entity { state, event, derived_event };
enum class Scope { table, slice };
enum class ModelPreset {
    scd_type_1,
    scd_type_2,
    incremental_merge,
    full_merge_dedupe,
    periodic_snapshot
};

// scd1 and merge_ready, incremental, hybrid and new_record are second spellings of latest, append, scd6 and tombstone.
inline constexpr std::array history_choices{config::Choice{"latest", 0}, config::Choice{"scd2", 1},
    config::Choice{"append", 2}, config::Choice{"snapshot", 3}, config::Choice{"scd3", 4},
    config::Choice{"scd6", 5}, config::Choice{"replace", 6}, config::Choice{"changes", 7},
    config::Choice{"scd1", 0}, config::Choice{"merge_ready", 0}, config::Choice{"incremental", 2},
    config::Choice{"hybrid", 5}};
inline constexpr std::array deletes_choices{config::Choice{"ignore", 0}, config::Choice{"soft", 1},
    config::Choice{"hard", 2}, config::Choice{"infer", 3}, config::Choice{"tombstone", 4},
    config::Choice{"new_record", 4}};
inline constexpr std::array schema_choices{
    config::Choice{"strict", 0}, config::Choice{"additive", 1}, config::Choice{"evolve", 2}};
// Derived state follows the same rules as state.
inline constexpr std::array entity_choices{config::Choice{"state", 0}, config::Choice{"event", 1},
    config::Choice{"derived_event", 2}, config::Choice{"derived_state", 0}};
inline constexpr std::array scope_choices{config::Choice{"table", 0}, config::Choice{"slice", 1}};
inline constexpr std::array model_choices{config::Choice{"scd_type_1", 0},
    config::Choice{"scd_type_2", 1}, config::Choice{"incremental_merge", 2},
    config::Choice{"full_merge_dedupe", 3}, config::Choice{"periodic_snapshot", 4},
    config::Choice{"operational", 0}, config::Choice{"analytics", 1},
    config::Choice{"cdc_delta", 2}, config::Choice{"merge_ready", 3},
    config::Choice{"snapshot", 4}};
constexpr std::span<const config::Choice> choices(config::Of<ModelPreset>) { return model_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Entity>) { return entity_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Scope>) { return scope_choices; }
constexpr std::span<const config::Choice> choices(config::Of<History>) { return history_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Deletes>) { return deletes_choices; }
constexpr std::span<const config::Choice> choices(config::Of<SchemaMode>) { return schema_choices; }

// Every version of a key stays in the table.
constexpr bool keeps_versions(History history) {
    return history == History::scd2 || history == History::scd6;
}

// One row per key, or versions or changes of a key.
constexpr bool is_keyed(History history) {
    return history == History::latest || history == History::scd3 || history == History::changes ||
           keeps_versions(history);
}

// The column that tells the slices of scope: slice apart.
inline constexpr std::string_view load_date_column = "load_date";

using ColumnName = config::Spanned<std::string>;

struct TrackSpec {
    std::optional<std::vector<ColumnName>> track;
    std::vector<ColumnName> overwrite;
    std::vector<ColumnName> restate;
    std::vector<ColumnName> ignore;
    std::optional<std::vector<ColumnName>> previous;
    std::optional<std::vector<ColumnName>> current;
    bool collapse = true;
};

constexpr auto describe(config::Of<TrackSpec>) {
    using config::field;
    return config::record("columns", "What a change of a column means for scd2.",
        field("track", &TrackSpec::track,
            "A change opens a version; default: all columns but keys and order_by."),
        field("overwrite", &TrackSpec::overwrite,
            "Shows the last value within its own version, opens none."),
        field("restate", &TrackSpec::restate, "Every version shows the current value."),
        field("ignore", &TrackSpec::ignore, "Not published."),
        field("previous", &TrackSpec::previous,
            "scd3: columns that get a previous_<column> beside them; default: all but keys and order_by."),
        field("current", &TrackSpec::current,
            "scd6: columns that get a current_<column> on every version; default: those that are tracked."),
        field("collapse", &TrackSpec::collapse, "Whether equal consecutive versions become one."));
}

struct QuarantineSpec {
    Tolerance fail_above;
};

constexpr auto describe(config::Of<QuarantineSpec>) {
    return config::record("quarantine",
        "When so many rows are set aside that something else is wrong.",
        config::field("fail_above", &QuarantineSpec::fail_above,
            "More rows set aside in one run, for whatever reason, fail the step."));
}

struct SilverSpec {
    std::optional<config::Spanned<std::string>> from;
    std::optional<config::Spanned<std::string>> sql;
    std::vector<ColumnName> keys;
    std::vector<ColumnName> order_by;
    std::vector<ColumnName> tiebreak;
    std::optional<config::Spanned<std::string>> late;
    History history = History::latest;
    TrackSpec columns;
    std::optional<CdcSpec> cdc;
    std::optional<DedupeSpec> dedupe;
    Deletes deletes = Deletes::ignore;
    std::optional<config::Spanned<std::string>> delete_when;
    double max_delete_fraction = 0.5;
    std::string valid_from = "effective_from";
    std::string valid_to = "effective_to";
    std::string is_current = "is_current";
    std::optional<std::string> open_end;
    std::vector<ColumnName> partition_by;
    std::optional<TableKind> format;
    bool deletion_vectors = false;
    NormalizeSpec normalize;
    QuarantineSpec quarantine;
    config::Named<std::string> rename;
    config::Named<config::Spanned<std::string>> cast;
    std::vector<ColumnName> column_order;
    SchemaMode schema = SchemaMode::additive;
    std::optional<std::string> domain;
    std::int64_t version = 1;
    std::optional<ModelPreset> model;
    Entity entity = Entity::state;
    Scope scope = Scope::table;
};

constexpr auto describe(config::Of<SilverSpec>) {
    using config::field;
    return config::record("silver", "A clean, keyed, historised table.",
        field("from", &SilverSpec::from, "The dataset to read, all columns; or give a SELECT.")
            .example("bronze.erp_orders"),
        field("sql", &SilverSpec::sql, "The SELECT, when it does not stand in a .sql file."),
        field("keys", &SilverSpec::keys, "Columns that identify one thing.")
            .example("[customer_id]"),
        field("order_by", &SilverSpec::order_by,
            "Business time or sequence: which row of a key is later."),
        field("tiebreak", &SilverSpec::tiebreak,
            "Decides between rows of equal keys and order_by; without it arrival does."),
        field("late", &SilverSpec::late,
            "How far before its slice's date a row may be by order_by; one that is later still goes to quarantine.")
            .example("30d"),
        field("history", &SilverSpec::history,
            "Keep the latest row per key, the row before beside it, every version, every row, a copy per slice, the last load, or what changed when."),
        field("columns", &SilverSpec::columns, "Which columns open versions."),
        field("cdc", &SilverSpec::cdc, "How change rows say what happened."),
        field("dedupe", &SilverSpec::dedupe,
            "Makes one row of records that differ and yet mean the same thing."),
        field("deletes", &SilverSpec::deletes,
            "What a delete does; with cdc the default is hard for one row per key, soft for versions."),
        field("delete_when", &SilverSpec::delete_when,
            "A SQL condition that is true for rows that say deleted.")
            .example("\"op = 'D'\""),
        field("max_delete_fraction", &SilverSpec::max_delete_fraction,
            "Guard of deletes: infer: a load that lacks a larger share of the keys is refused."),
        field("valid_from", &SilverSpec::valid_from,
            "Name of the column that starts a version; load_time: versions start at the slice's date."),
        field("valid_to", &SilverSpec::valid_to, "Name of the column that ends a version."),
        field("is_current", &SilverSpec::is_current,
            "Name of the column that says a version is open."),
        field("open_end", &SilverSpec::open_end, "What stands at the open end instead of NULL.")
            .example("9999-12-31"),
        field("partition_by", &SilverSpec::partition_by, "Columns whose values become folders."),
        field("format", &SilverSpec::format,
            "How readers find the table: delta, or parquet, csv or engine (a database file) in a folder that is exchanged whole."),
        field("deletion_vectors", &SilverSpec::deletion_vectors,
            "A merge marks the rows that go in Delta deletion vectors instead of writing their files again. Readers have to know "
            "these: not all do.")
            .descriptive(),
        field("normalize", &SilverSpec::normalize, "Cleaning of text."),
        field("quarantine", &SilverSpec::quarantine, "When too many rows are set aside."),
        field("rename", &SilverSpec::rename, "New names by old name."),
        field("cast", &SilverSpec::cast,
            "Types by column name; a row with a value that does not fit goes to quarantine.")
            .example("{amount: \"DECIMAL(18,2)\"}"),
        field("column_order", &SilverSpec::column_order,
            "These columns first; the rest follow in their order."),
        field("schema", &SilverSpec::schema,
            "What may change: strict refuses any change of columns, additive takes new columns and wider types, evolve takes any."),
        field(
            "domain", &SilverSpec::domain, "Folder above the entity; default: the project's name."),
        field("version", &SilverSpec::version, "Version folder of the table."),
        field("model", &SilverSpec::model,
            "A name for a history, used where history is not given; or the name of a profile.")
            .also("model_profile"),
        field("entity", &SilverSpec::entity,
            "state: rows describe things that change; event: rows are things that happened; derived_event: what changed in a state."),
        field("scope", &SilverSpec::scope,
            "table: slices are merged into the standing table; slice: each slice is processed for itself and told by load_date."));
}

}  // namespace ingot
