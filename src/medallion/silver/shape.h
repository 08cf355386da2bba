#pragma once
// A silver spec and the model's columns, resolved: every name is one of the model's, every option has its meaning.
#include <cstdint>
#include <string>
#include <vector>

#include "medallion/silver/promote.h"

namespace ingot::silver {

using Names = std::vector<std::string>;

struct Shape {
    // scd3 is latest with `previous`, scd6 is scd2 with `current`.
    History history = History::latest;
    Deletes deletes = Deletes::ignore;
    bool full_loads = false;
    bool by_slice =
        false;  // versions start at the slice's date: no order_by, or valid_from: load_time
    bool slice_by_slice = false;  // each slice is all there is: load_date is part of the key
    bool collapses = true;
    double max_delete_fraction = 0.5;

    Columns columns{};  // of the model
    Names keys{}, order_by{}, tiebreak{};
    Names shown{};   // published as they are: the model's columns but ignored ones
    Names stored{};  // observed: shown, and what keys, order and ties need
    Names tracked{}, restated{};
    bool is_cdc = false;          // _ingot_change says what a row does
    bool truncates = false;       // some of the rows may say that all keys are gone
    Names partial{};              // of which NULL says nothing
    Names previous{}, current{};  // shown a second time, as they were before and as they are now
    std::string time_type{};      // of valid_from and valid_to

    std::string valid_from{}, valid_to{}, is_current{};
    std::string open_end{};  // empty: NULL
    std::string late{};      // as the author wrote it; empty: any row may come
    std::int64_t late_us = 0;
    Columns published{};

    bool is_keyed() const { return ingot::is_keyed(history); }
    bool is_changes() const { return history == History::changes; }
    bool infers() const { return is_keyed() && deletes == Deletes::infer; }
    bool has_tombstones() const { return deletes == Deletes::tombstone; }
    // Whether rows say when they end: versions, and the latest row where it outlives its key.
    bool has_end() const;
    // Some of the rows are not the open row of their key.
    bool has_closed() const { return has_end() || is_changes(); }
    // Loads are kept as what changed from one to the next, so they must come in order.
    bool compares_loads() const {
        return is_keyed() && !is_changes() && full_loads && (by_slice || infers());
    }
    // Of a load only the last row of each key counts.
    bool keeps_last_of_load() const { return compares_loads() && by_slice; }
    bool merges_in_order() const { return compares_loads() || history == History::replace; }
    // The latest row is found by a look at the last event alone.
    bool needs_no_fold() const { return !has_end() && previous.empty() && !is_changes(); }
    // The open row shows all that was observed last.
    bool shows_all() const { return shown.size() == stored.size(); }
    // A new observation changes no version that ended before it.
    bool only_ends_change() const {
        return history == History::scd2 && restated.empty() && current.empty() &&
               deletes != Deletes::hard;
    }
    // What one new observation makes of a key can be told from its open row alone.
    bool open_row_takes_one() const {
        return only_ends_change() && !has_tombstones() && (by_slice || !infers()) && !truncates &&
               partial.empty();
    }
    // The open row can stand for the past of its key where all that is new is later.
    bool open_row_is_past_enough() const;
};

// What the options alone say: no columns, and the keys as the author spells them.
Shape outline(const SilverSpec& spec);
Result<Shape> resolve(const SilverSpec& spec, const ModelOutput& model);

// The name under which a tombstone says that it is one. A model's column of this name is set on tombstones.
inline constexpr std::string_view deleted_column = "is_deleted";
inline std::string previous_of(std::string_view column) {
    return "previous_" + std::string(column);
}
inline std::string current_of(std::string_view column) { return "current_" + std::string(column); }
inline constexpr std::string_view change_type_column = "change_type";
inline constexpr std::string_view changed_columns_column = "changed_columns";
inline constexpr std::string_view snapshot_column = "snapshot_date";

}  // namespace ingot::silver
