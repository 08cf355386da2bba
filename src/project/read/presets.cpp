#include "project/read/presets.h"

#include <algorithm>

#include "data/columns.h"

namespace ingot::project {

namespace {

History history_of(ModelPreset model) {
    switch (model) {
        case ModelPreset::scd_type_1: return History::latest;
        case ModelPreset::scd_type_2: return History::scd2;
        case ModelPreset::incremental_merge: return History::append;
        case ModelPreset::full_merge_dedupe: return History::latest;
        case ModelPreset::periodic_snapshot: return History::snapshot;
    }
    return History::latest;
}

bool has(const std::vector<ColumnName>& names, std::string_view name) {
    return std::ranges::any_of(
        names, [&](const ColumnName& each) { return same_name(each.value, name); });
}

// A thing that happened is told by its key and its time: two of them are two rows, also in `latest`.
void complete_event(SilverSpec& spec) {
    if (spec.history != History::latest) return;
    for (const auto& name : spec.order_by)
        if (!has(spec.keys, name.value)) spec.keys.push_back(name);
}

// Each slice is a table of its own: what is a key within it is a key with its date in the whole.
void complete_slice(SilverSpec& spec) {
    const ColumnName load_date{std::string(load_date_column), {}};
    if (!spec.keys.empty()) spec.keys.push_back(load_date);
    if (!has(spec.partition_by, load_date_column))
        spec.partition_by.insert(spec.partition_by.begin(), load_date);
    if (!spec.format) spec.format = TableKind::parquet;
}

void complete_cdc(SilverSpec& spec) {
    if (keeps_versions(spec.history) || spec.history == History::changes)
        spec.deletes = Deletes::soft;
    else
        spec.deletes = is_keyed(spec.history) ? Deletes::hard : Deletes::tombstone;
}

}  // namespace

void complete(SilverSpec& spec, const config::Value& options) {
    const auto is_said = [&](std::string_view key) { return options.find(key) != nullptr; };
    if (!is_said("history")) {
        if (spec.model)
            spec.history = history_of(*spec.model);
        else if (spec.entity == Entity::event)
            spec.history = History::append;
        else if (spec.entity == Entity::derived_event)
            spec.history = History::changes;
    }
    if (spec.dedupe && spec.keys.empty()) spec.keys = {{spec.dedupe->cluster, {}}};
    if (spec.cdc && spec.order_by.empty()) spec.order_by = spec.cdc->sequence;
    if (spec.cdc && !is_said("deletes")) complete_cdc(spec);
    if (spec.entity == Entity::event) complete_event(spec);
    if (spec.scope == Scope::slice) complete_slice(spec);
}

}  // namespace ingot::project
