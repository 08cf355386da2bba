#include "medallion/silver/change_rows.h"

namespace ingot::silver {

namespace {

using sql::Fragment;

Fragment condition(const std::string& authored) {
    return Fragment::authored("(" + authored + "\n)");
}

Fragment when_word(
    const Fragment& operation, const std::vector<std::string>& words, const Fragment& then) {
    if (words.empty()) return {};
    return Fragment::of(" WHEN list_contains(list_transform(") + sql::duckdb().list(words) +
           Fragment::of(", lambda w: lower(w)), lower(trim(CAST(") + operation +
           Fragment::of(" AS VARCHAR)))) THEN ") + then;
}

// The type of the row: as the author says, or as the images have it.
Result<Fragment> type_of_row(const CdcSpec& cdc, const Column* before, const Column* after) {
    if (cdc.fields.empty()) {
        for (const auto* image : {after, before})
            if (image && image->type.starts_with("STRUCT")) return Fragment::authored(image->type);
        return fail("CFG103",
            "missing option 'fields' in cdc: before and after are text, so say which columns they hold: fields: {id: BIGINT, …}");
    }
    std::vector<Fragment> parts;
    for (const auto& [name, type] : cdc.fields)
        parts.push_back(
            sql::duckdb().identifier(name) + Fragment::of(" ") + TRY(sql::duckdb().type(type)));
    return Fragment::of("STRUCT(") + sql::join(parts, Fragment::of(", ")) + Fragment::of(")");
}

}  // namespace

Fragment change_of_row(
    const CdcSpec& cdc, const std::optional<config::Spanned<std::string>>& delete_when) {
    auto cases = Fragment::of("CASE");
    if (cdc.truncate_when)
        cases = cases + Fragment::of(" WHEN ") + condition(cdc.truncate_when->value) +
                Fragment::of(" THEN 'truncate'");
    for (const auto* when : {&cdc.delete_when, &delete_when})
        if (*when)
            cases = cases + Fragment::of(" WHEN ") + condition((*when)->value) +
                    Fragment::of(" THEN 'delete'");
    const bool is_debezium = cdc.envelope == Envelope::debezium;
    if (!cdc.operation && !is_debezium)
        return cases + Fragment::of(" WHEN false THEN '' ELSE 'upsert' END AS _ingot_change");
    const auto operation = condition(cdc.operation ? cdc.operation->value : "op");
    // A record without content marks a place in Debezium's log, not a change.
    if (is_debezium)
        cases = cases + Fragment::of(" WHEN ") + operation + Fragment::of(" IS NULL THEN 'ignore'");
    return cases + when_word(operation, cdc.upserts, Fragment::of("'upsert'")) +
           when_word(operation, cdc.deletes, Fragment::of("'delete'")) +
           when_word(operation, cdc.truncates, Fragment::of("'truncate'")) +
           when_word(operation, cdc.ignores, Fragment::of("'ignore'")) +
           Fragment::of(" ELSE '? ' || coalesce('''' || CAST(") + operation +
           Fragment::of(" AS VARCHAR) || '''', 'NULL') END AS _ingot_change");
}

Result<Fragment> open_envelope(const CdcSpec& cdc, const Columns& model) {
    const auto& d = sql::duckdb();
    const auto* before = find_column(model, "before");
    const auto* after = find_column(model, "after");
    if (!before && !after)
        return fail("CFG108",
            "envelope: debezium needs columns before and after, and the model has neither");
    const auto type = TRY(type_of_row(cdc, before, after));
    std::vector<Fragment> images, left_out;
    for (const auto* image : {after, before})
        if (image)
            images.push_back(Fragment::of("CAST(") + d.identifier(image->name) +
                             Fragment::of(" AS ") + type + Fragment::of(")"));
    for (const auto* name : {"before", "after", "source", "transaction"})
        if (const auto* column = find_column(model, name))
            left_out.push_back(d.identifier(column->name));
    return Fragment::of("* EXCLUDE (") + sql::join(left_out, Fragment::of(", ")) +
           Fragment::of("), unnest(coalesce(") + sql::join(images, Fragment::of(", ")) +
           Fragment::of("))");
}

}  // namespace ingot::silver
