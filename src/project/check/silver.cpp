#include <algorithm>
#include <array>
#include <charconv>

#include "base/time.h"
#include "data/columns.h"
#include "project/check/checks.h"
#include "project/option_places.h"

namespace ingot::project {

namespace {

using Names = std::vector<ColumnName>;

void check_keys(const SilverSpec& spec, const Span& origin, Diagnostics& diagnostics) {
    if (!spec.keys.empty()) return;
    if (is_keyed(spec.history))
        diagnostics.error("CFG103",
            "missing option 'keys' in silver: history: " + word_of(spec.history) +
                " needs the columns that identify one thing",
            origin);
    else if (spec.deletes != Deletes::ignore)
        diagnostics.error("CFG103",
            "missing option 'keys' in silver: deletes need the columns that identify one thing",
            origin);
}

void check_deletes(const SilverSpec& spec, const Dataset& dataset, Diagnostics& diagnostics) {
    if (spec.delete_when && spec.deletes == Deletes::infer)
        diagnostics.error("CFG108",
            "deletes: infer takes what is absent as deleted; delete_when cannot stand beside it",
            spec.delete_when->span);
    if (spec.max_delete_fraction < 0 || spec.max_delete_fraction > 1)
        diagnostics.error("CFG104", "max_delete_fraction is a share of the keys: 0 to 1",
            place_of_option(dataset, "max_delete_fraction"));
    const bool marks = spec.deletes == Deletes::tombstone && spec.history != History::replace;
    if (spec.deletes != Deletes::ignore && !marks && !is_keyed(spec.history))
        diagnostics.error("CFG108",
            "deletes act on one row per key; history: append, snapshot and replace keep every row",
            place_of_option(dataset, "deletes"));
}

void check_entity(const SilverSpec& spec, const Span& origin, Diagnostics& diagnostics) {
    if (spec.entity == Entity::event &&
        (keeps_versions(spec.history) || spec.history == History::scd3 ||
            spec.history == History::changes))
        diagnostics.error("CFG108",
            "entity: event is about things that happened and do not change; its history is append, latest or snapshot",
            origin);
    if (spec.entity == Entity::event && spec.order_by.empty())
        diagnostics.error("CFG103",
            "missing option 'order_by' in silver: entity: event needs the time at which it happened",
            origin);
    if (spec.entity == Entity::derived_event && spec.history != History::changes)
        diagnostics.error(
            "CFG108", "entity: derived_event is what changed when: history: changes", origin);
    if (spec.scope == Scope::slice &&
        (spec.deletes == Deletes::infer || spec.history == History::replace))
        diagnostics.error("CFG108",
            "scope: slice looks at one slice at a time and cannot compare it with another; deletes: infer and history: "
            "replace need scope: table",
            origin);
}

void check_cdc(
    const CdcSpec& cdc, const SilverSpec& spec, const Span& origin, Diagnostics& diagnostics) {
    if (cdc.delete_when && spec.delete_when)
        diagnostics.error("CFG108", "delete_when stands twice, in silver and in cdc; keep one",
            cdc.delete_when->span);
    // Without order_by the sequence became it.
    const bool is_one = std::ranges::equal(spec.order_by, cdc.sequence,
        [](const ColumnName& a, const ColumnName& b) { return same_name(a.value, b.value); });
    if (!cdc.sequence.empty() && !is_one)
        diagnostics.error("CFG108", "cdc: sequence is another word for order_by; keep one of them",
            cdc.sequence.front().span);
    if (spec.deletes == Deletes::infer || spec.history == History::replace)
        diagnostics.error("CFG108",
            "cdc reads rows that say what changed; deletes: infer and history: replace need full loads",
            origin);
    if (!cdc.ignore_null_columns.empty() && !cdc.ignore_null_except.empty())
        diagnostics.error("CFG108", "ignore_null_columns and ignore_null_except exclude each other",
            cdc.ignore_null_except.front().span);
}

void check_version_names(const SilverSpec& spec, const Span& origin, Diagnostics& diagnostics) {
    if (!keeps_versions(spec.history)) return;
    const std::array names{&spec.valid_from, &spec.valid_to, &spec.is_current};
    for (std::size_t i = 0; i < names.size(); ++i)
        for (std::size_t j = i + 1; j < names.size(); ++j)
            if (same_name(*names[i], *names[j]))
                diagnostics.error("CFG108",
                    "valid_from, valid_to and is_current need three different names", origin);
}

bool has(const Names& names, const ColumnName& name) {
    return std::ranges::any_of(
        names, [&](const ColumnName& n) { return same_name(n.value, name.value); });
}

void check_lateness(const SilverSpec& spec, Diagnostics& diagnostics) {
    if (!spec.late) return;
    const auto span = parse_duration(spec.late->value);
    if (!span || span->count() <= 0)
        diagnostics.error("CFG104",
            "late: '" + spec.late->value + "' is no duration like 30d or 12h", spec.late->span);
}

// What can stand where a time or a number of a sequence does.
void check_ends(const SilverSpec& spec, const Span& origin, Diagnostics& diagnostics) {
    if (!spec.open_end) return;
    double number = 0;
    const auto& text = *spec.open_end;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc{} && end == text.data() + text.size();
    if (!is_number && !parse_date(text.substr(0, 10)))
        diagnostics.error("CFG104",
            "open_end: '" + text + "' is neither a date, such as 9999-12-31, nor a number", origin);
}

void check_vectors(const SilverSpec& spec, const Dataset& dataset, Diagnostics& diagnostics) {
    if (!spec.deletion_vectors) return;
    const auto& origin = place_of_option(dataset, "deletion_vectors");
    if (spec.scope == Scope::slice && spec.format != TableKind::delta)
        diagnostics.error("CFG108",
            "deletion_vectors are a part of Delta tables, and scope: slice writes plain files; set format: delta, or leave "
            "deletion_vectors out",
            origin);
    else if (spec.format && *spec.format != TableKind::delta &&
             own_option(dataset, "deletion_vectors"))
        diagnostics.error("CFG108",
            "deletion_vectors are a part of Delta tables, and format: says another; leave one of them out",
            origin);
    if (!is_keyed(spec.history))
        diagnostics.error("CFG108",
            "deletion_vectors spare a merge the files that it changes; with history: " +
                word_of(spec.history) + " no row of a file is changed by itself",
            origin);
}

void check_overlaps(const SilverSpec& spec, Diagnostics& diagnostics) {
    struct Role {
        std::string_view word;
        const Names* names;
    };
    static const Names none;
    const std::array roles{Role{"track", spec.columns.track ? &*spec.columns.track : &none},
        Role{"overwrite", &spec.columns.overwrite}, Role{"restate", &spec.columns.restate},
        Role{"ignore", &spec.columns.ignore}};
    for (std::size_t i = 0; i < roles.size(); ++i)
        for (std::size_t j = i + 1; j < roles.size(); ++j)
            for (const auto& name : *roles[j].names)
                if (has(*roles[i].names, name))
                    diagnostics.error("CFG108",
                        "column '" + name.value + "' stands under " + std::string(roles[i].word) +
                            " and under " + std::string(roles[j].word),
                        name.span);
    for (const auto* shown : {&spec.columns.previous, &spec.columns.current})
        if (*shown)
            for (const auto& name : **shown)
                if (has(spec.columns.ignore, name))
                    diagnostics.error("CFG108",
                        "column '" + name.value + "' is ignored and cannot be shown a second time",
                        name.span);
    for (const auto& role : {roles[1], roles[2], roles[3]})
        for (const auto& name : *role.names)
            if (has(spec.keys, name))
                diagnostics.error("CFG108",
                    "column '" + name.value + "' is a key and cannot stand under " +
                        std::string(role.word),
                    name.span);
}

void check_repeats(const Names& names, std::string_view option, Diagnostics& diagnostics) {
    for (auto it = names.begin(); it != names.end(); ++it)
        if (std::any_of(names.begin(), it,
                [&](const ColumnName& n) { return same_name(n.value, it->value); }))
            diagnostics.error("CFG108",
                "column '" + it->value + "' stands twice in " + std::string(option), it->span);
}

void check_normalize(const NormalizeSpec& spec, const Span& origin, Diagnostics& diagnostics) {
    if (spec.unicode && !same_name(*spec.unicode, "nfc"))
        diagnostics.error("CFG104", "'" + *spec.unicode + "' is not one of nfc", origin);
    for (const auto& name : spec.upper)
        if (has(spec.lower, name))
            diagnostics.error("CFG108",
                "column '" + name.value + "' stands under upper and under lower", name.span);
}

}  // namespace

void check_silver(const SilverSpec& spec, const Dataset& dataset, Diagnostics& diagnostics) {
    const auto& origin = place_of_options(dataset);
    check_keys(spec, origin, diagnostics);
    check_deletes(spec, dataset, diagnostics);
    check_version_names(spec, origin, diagnostics);
    check_history_options(spec, dataset, diagnostics);
    check_entity(spec, origin, diagnostics);
    if (spec.cdc) check_cdc(*spec.cdc, spec, origin, diagnostics);
    if (spec.dedupe) check_dedupe(*spec.dedupe, spec, origin, diagnostics);
    check_lateness(spec, diagnostics);
    check_vectors(spec, dataset, diagnostics);
    check_overlaps(spec, diagnostics);
    check_repeats(spec.keys, "keys", diagnostics);
    check_repeats(spec.order_by, "order_by", diagnostics);
    check_repeats(spec.partition_by, "partition_by", diagnostics);
    check_repeats(spec.column_order, "column_order", diagnostics);
    check_normalize(spec.normalize, origin, diagnostics);
    check_tolerance(spec.quarantine.fail_above, "quarantine",
        place_of_option(dataset, "quarantine"), diagnostics);
    check_ends(spec, place_of_option(dataset, "open_end"), diagnostics);
    if (spec.domain && spec.domain->find_first_of("/\\") != std::string::npos)
        diagnostics.error("CFG104",
            "domain: '" + *spec.domain + "' is one folder's name, without slashes",
            place_of_option(dataset, "domain"));
    if (spec.version < 1)
        diagnostics.error("CFG104", "version counts from 1", place_of_option(dataset, "version"));
}

}  // namespace ingot::project
