#include "data/columns.h"
#include "project/check/checks.h"

namespace ingot::project {

namespace {

void check_composition(const DedupeSpec& dedupe, const SilverSpec& spec, const Span& origin,
    Diagnostics& diagnostics) {
    const auto refuse = [&](bool wrong, const std::string& message, const Span& place) {
        if (wrong) diagnostics.error("CFG108", message, place.known() ? place : origin);
    };
    refuse(spec.cdc.has_value(),
        "dedupe compares records as they are now, cdc reads what changed; apply the changes in a table of its own, and "
        "dedupe that",
        origin);
    refuse(spec.delete_when.has_value(),
        "dedupe takes all rows as records; leave deleted ones out with a WHERE, or dedupe a table that they are gone from",
        spec.delete_when ? spec.delete_when->span : origin);
    refuse(spec.history == History::append,
        "history: append keeps every row, and dedupe makes one of many; take latest, scd2 or snapshot",
        origin);
    refuse(spec.entity == Entity::event || spec.entity == Entity::derived_event,
        "dedupe is about things, not about what happened to them: entity: state", origin);
    refuse(spec.scope == Scope::slice,
        "dedupe compares all records, scope: slice sees one slice at a time; take scope: table",
        origin);
    const bool other_key =
        spec.keys.size() != 1 || !same_name(spec.keys.front().value, dedupe.cluster);
    refuse(other_key,
        "with dedupe the key is the cluster: leave keys out, and say under dedupe: records what tells records apart",
        spec.keys.empty() ? origin : spec.keys.front().span);
}

void check_survival(const DedupeSpec& dedupe, const Span& origin, Diagnostics& diagnostics) {
    std::size_t general = 0;
    std::vector<std::string> named;
    for (const auto& rule : dedupe.survive) {
        const bool needs_by = rule.keep == Survival::most_recent || rule.keep == Survival::oldest ||
                              rule.keep == Survival::source;
        if (needs_by && !rule.by)
            diagnostics.error("CFG103",
                "missing option 'by' in dedupe.survive: the column that says " +
                    std::string(rule.keep == Survival::source ? "where from" : "when"),
                origin);
        if (rule.keep == Survival::source && rule.order.empty())
            diagnostics.error("CFG103",
                "missing option 'order' in dedupe.survive: the sources, the most trusted first",
                origin);
        if (rule.by && !needs_by)
            diagnostics.error("CFG108",
                "dedupe.survive: by belongs to most_recent, oldest and source", rule.by->span);
        if (rule.columns.empty() && ++general == 2)
            diagnostics.error(
                "CFG108", "dedupe.survive: two rules name no columns; keep one", origin);
        for (const auto& name : rule.columns) {
            if (has_name(named, name.value))
                diagnostics.error("CFG108",
                    "column '" + name.value + "' stands in two rules of dedupe.survive", name.span);
            named.push_back(name.value);
        }
    }
}

}  // namespace

void check_dedupe(const DedupeSpec& dedupe, const SilverSpec& spec, const Span& origin,
    Diagnostics& diagnostics) {
    check_composition(dedupe, spec, origin, diagnostics);
    check_survival(dedupe, origin, diagnostics);
    const auto need = [&](bool there, std::string_view option, std::string_view why) {
        if (!there)
            diagnostics.error("CFG103",
                "missing option '" + std::string(option) + "' in dedupe: " + std::string(why),
                origin);
    };
    need(!dedupe.records.empty(), "records", "the columns that tell records apart");
    need(!dedupe.compare.empty(), "compare", "how records are compared");
    bool blocks = !dedupe.block.empty();
    for (const auto& block : dedupe.block) blocks = blocks && !block.empty();
    need(blocks, "block",
        "lists of columns; records that agree in all columns of a list are compared");
    if (dedupe.block.size() > 32)
        diagnostics.error("CFG104", "dedupe: at most 32 lists of block", origin);
    const auto is_probability = [](double p) { return p > 0 && p < 1; };
    if (!is_probability(dedupe.threshold) || !is_probability(dedupe.review.value_or(0.5)) ||
        !is_probability(dedupe.prior.value_or(0.5)))
        diagnostics.error("CFG104",
            "dedupe: threshold, review and prior are probabilities between 0 and 1; threshold_weight is a weight",
            origin);
    if (dedupe.sample_pairs < 1 || dedupe.max_pairs < 1)
        diagnostics.error("CFG104", "dedupe: sample_pairs and max_pairs count from 1", origin);
}

}  // namespace ingot::project
