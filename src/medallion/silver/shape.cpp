#include "medallion/silver/shape.h"

#include <algorithm>

#include "base/suggest.h"
#include "base/time.h"
#include "data/type_family.h"

namespace ingot::silver {

namespace {

// The authored names in the model's own spelling; PRJ106 for one that is not there.
Result<Names> find_all(
    const std::vector<ColumnName>& authored, const Columns& columns, std::string_view option) {
    Names names;
    for (const auto& name : authored) {
        const auto* column = find_column(columns, name.value);
        const auto blank = name.value.find(' ');
        const bool has_direction = !column && blank != std::string::npos &&
                                   find_column(columns, name.value.substr(0, blank));
        if (!column)
            return fail("PRJ106",
                std::string(option) + ": the model has no column '" + name.value + "'" +
                    (has_direction
                            ? "; it takes columns alone, and the greatest value is the latest"
                            : did_you_mean(name.value, names_of(columns))),
                name.span);
        if (!has_name(names, column->name)) names.push_back(column->name);
    }
    return names;
}

Names without(const Names& names, const std::vector<const Names*>& taken) {
    Names rest;
    for (const auto& name : names)
        if (std::ranges::none_of(taken, [&](const Names* t) { return has_name(*t, name); }))
            rest.push_back(name);
    return rest;
}

Status check_options(const SilverSpec& spec, const Shape& shape) {
    if (shape.is_keyed() && shape.keys.empty())
        return fail("CFG108",
            "history: latest and scd2 need keys; without keys use replace, append or snapshot");
    if (shape.history == History::replace && !shape.full_loads)
        return fail("CFG108",
            "history: replace shows the last load as it is, and needs a source with load: full");
    if (spec.cdc && shape.full_loads)
        return fail("CFG108",
            "cdc reads rows that say what changed; a source with load: full says how all is. Set load: cdc there");
    if (!shape.open_end.empty() && is_moment_type(shape.time_type) &&
        !parse_date(shape.open_end.substr(0, 10)))
        return fail("CFG104", "open_end: '" + shape.open_end +
                                  "' is no date, and versions end by " + shape.time_type +
                                  "; such as 9999-12-31");
    if (!shape.infers()) return {};
    if (shape.is_changes())
        return fail("CFG108",
            "history: changes tells what change rows say; with deletes: infer there are none");
    if (!shape.full_loads)
        return fail("CFG108",
            "deletes: infer needs a source with load: full; change rows do not say what is absent");
    if (!shape.by_slice && !is_moment_type(shape.time_type))
        return fail("CFG108",
            "deletes: infer closes at the load's date, so order_by must be a date or a timestamp, not " +
                shape.time_type + "; or set valid_from: load_time",
            spec.order_by.front().span);
    return {};
}

Status take_lateness(const SilverSpec& spec, Shape& shape) {
    if (!spec.late) return {};
    if (spec.order_by.empty() ||
        !is_moment_type(find_column(shape.columns, shape.order_by.front())->type))
        return fail(
            "CFG108", "late: needs an order_by that is a date or a timestamp", spec.late->span);
    if (shape.full_loads)
        return fail("CFG108",
            "late: is about rows that say what changed; in a source with load: full old rows come each time",
            spec.late->span);
    shape.late = spec.late->value;
    // Where the author wrote it, it was read as a duration.
    shape.late_us = parse_duration(spec.late->value).value().count();
    return {};
}

Columns published_columns(const Shape& shape) {
    Columns out;
    for (const auto& name : shape.shown) out.push_back(*find_column(shape.columns, name));
    for (const auto& name : shape.previous)
        out.push_back({previous_of(name), find_column(shape.columns, name)->type});
    for (const auto& name : shape.current)
        out.push_back({current_of(name), find_column(shape.columns, name)->type});
    if (shape.is_changes()) {
        out.push_back({std::string(change_type_column), "VARCHAR"});
        out.push_back({std::string(changed_columns_column), "VARCHAR"});
    }
    if (shape.history == History::scd2 || shape.is_changes())
        out.push_back({shape.valid_from, shape.time_type});
    if (shape.has_end()) {
        out.push_back({shape.valid_to, shape.time_type});
        out.push_back({shape.is_current, "BOOLEAN"});
    }
    if (shape.history == History::snapshot) out.push_back({std::string(snapshot_column), "DATE"});
    if (shape.has_tombstones() && !find_column(out, deleted_column))
        out.push_back({std::string(deleted_column), "BOOLEAN"});
    return out;
}

Status check_names(const Columns& published) {
    for (std::size_t i = 0; i < published.size(); ++i)
        for (std::size_t j = i + 1; j < published.size(); ++j)
            if (same_name(published[i].name, published[j].name))
                return fail("CFG108",
                    "the table would have two columns '" + published[j].name +
                        "'; valid_from, valid_to and is_current name columns that are added: choose other names, or rename "
                        "the model's. Which column says when, is order_by");
    return {};
}

History history_of(History history) {
    if (history == History::scd3) return History::latest;
    return history == History::scd6 ? History::scd2 : history;
}

}  // namespace

bool Shape::has_end() const {
    const bool outlives =
        deletes == Deletes::soft || deletes == Deletes::infer || deletes == Deletes::tombstone;
    return history == History::scd2 || (history == History::latest && outlives);
}

namespace {

// Of a partial row, what NULL says nothing about: a key and what decides the order always say something.
Result<Names> partial_columns(const CdcSpec& cdc, const Shape& shape) {
    const auto except =
        TRY(find_all(cdc.ignore_null_except, shape.columns, "cdc.ignore_null_except"));
    auto names = TRY(find_all(cdc.ignore_null_columns, shape.columns, "cdc.ignore_null_columns"));
    if (cdc.ignore_null_updates || !cdc.ignore_null_except.empty()) names = shape.stored;
    const auto kept = without(names, {&shape.keys, &shape.order_by, &shape.tiebreak, &except});
    Names partial;
    for (const auto& name : kept)
        if (has_name(shape.stored, name)) partial.push_back(name);
    return partial;
}

}  // namespace

bool Shape::open_row_is_past_enough() const {
    if (!previous.empty() || (!only_ends_change() && history != History::latest)) return false;
    return by_slice ? compares_loads() : shows_all();
}

Shape outline(const SilverSpec& spec) {
    const bool load_time = spec.valid_from == "load_time";
    Shape shape{.history = history_of(spec.history),
        .deletes = spec.history == History::changes && spec.deletes == Deletes::tombstone
                       ? Deletes::soft
                       : spec.deletes,
        .by_slice = spec.order_by.empty() || load_time,
        .slice_by_slice = spec.scope == Scope::slice,
        .collapses = spec.columns.collapse,
        .max_delete_fraction = spec.max_delete_fraction,
        .valid_from = load_time ? "effective_from" : spec.valid_from,
        .valid_to = spec.valid_to,
        .is_current = spec.is_current,
        .open_end = spec.open_end.value_or("")};
    for (const auto& key : spec.keys) shape.keys.push_back(key.value);
    return shape;
}

Result<Shape> resolve(const SilverSpec& spec, const ModelOutput& model) {
    auto shape = outline(spec);
    shape.full_loads = model.full_loads;
    shape.columns = model.columns;
    shape.keys = TRY(find_all(spec.keys, model.columns, "keys"));
    shape.order_by = TRY(find_all(spec.order_by, model.columns, "order_by"));
    shape.tiebreak = TRY(find_all(spec.tiebreak, model.columns, "tiebreak"));
    shape.time_type =
        shape.by_slice ? "DATE" : find_column(model.columns, shape.order_by.front())->type;
    TRY(check_options(spec, shape));
    TRY(take_lateness(spec, shape));

    const auto all = names_of(model.columns);
    const auto overwritten =
        TRY(find_all(spec.columns.overwrite, model.columns, "columns.overwrite"));
    const auto ignored =
        without(TRY(find_all(spec.columns.ignore, model.columns, "columns.ignore")), {&shape.keys});
    shape.restated = TRY(find_all(spec.columns.restate, model.columns, "columns.restate"));
    shape.shown = without(all, {&ignored});
    const auto unneeded = without(ignored, {&shape.order_by, &shape.tiebreak});
    shape.stored = without(all, {&unneeded});
    shape.tracked =
        spec.columns.track
            ? without(
                  TRY(find_all(*spec.columns.track, model.columns, "columns.track")), {&unneeded})
            : without(all, {&shape.keys, &shape.order_by, &overwritten, &shape.restated, &ignored});
    if (spec.history == History::scd3)
        shape.previous =
            spec.columns.previous
                ? TRY(find_all(*spec.columns.previous, model.columns, "columns.previous"))
                : shape.tracked;
    if (spec.history == History::scd6)
        shape.current = spec.columns.current
                            ? TRY(find_all(*spec.columns.current, model.columns, "columns.current"))
                            : shape.tracked;
    if (spec.cdc) {
        shape.is_cdc = true;
        shape.truncates = shape.is_keyed() && shape.deletes != Deletes::ignore &&
                          (spec.cdc->operation || spec.cdc->truncate_when ||
                              spec.cdc->envelope == Envelope::debezium);
        shape.partial = TRY(partial_columns(*spec.cdc, shape));
    }
    shape.published = published_columns(shape);
    TRY(check_names(shape.published));
    TRY(find_all(spec.partition_by, shape.published, "partition_by"));
    return shape;
}

}  // namespace ingot::silver
