#include "medallion/silver/change_rows.h"

#include "medallion/silver/fit.h"

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

bool is_structured(const Column& image) { return image.type.starts_with("STRUCT"); }

// The type of the row: as the author says, or as the images have it.
Result<Fragment> type_of_row(const CdcSpec& cdc, const Column* before, const Column* after) {
    if (cdc.fields.empty()) {
        for (const auto* image : {after, before})
            if (image && is_structured(*image)) return Fragment::authored(image->type);
        return fail("CFG103",
            "missing option 'fields' in cdc: before and after are text, so say which columns they hold: fields: {id: BIGINT, …}");
    }
    std::vector<Fragment> parts;
    for (const auto& [name, type] : cdc.fields)
        parts.push_back(
            sql::duckdb().identifier(name) + Fragment::of(" ") + TRY(sql::duckdb().type(type)));
    return Fragment::of("STRUCT(") + sql::join(parts, Fragment::of(", ")) + Fragment::of(")");
}

// A member of a JSON object as a JSON pointer, which takes any name.
std::string pointer_to(const std::string& name) {
    std::string out = "/";
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

Fragment holds_something(const Fragment& image) {
    return image + Fragment::of(" IS NOT NULL AND CAST(") + image +
           Fragment::of(" AS VARCHAR) <> 'null'");
}

// The fields of an image that is JSON text, which is read once; NULL where there is no image, and where it does not hold them.
Result<Fragment> read_json(const CdcSpec& cdc, const Fragment& image) {
    const auto& d = sql::duckdb();
    std::vector<std::string> pointers;
    std::vector<Fragment> members;
    for (const auto& [name, type] : cdc.fields) {
        pointers.push_back(pointer_to(name));
        const auto value = Fragment::of("v[") +
                           d.integer(static_cast<std::int64_t>(pointers.size())) +
                           Fragment::of("]");
        const bool is_nested =
            type.starts_with("STRUCT") || type.starts_with("MAP") || type.ends_with("]");
        // A fraction is no whole number: the cast is given what it refuses.
        const auto text = Fragment::of("CASE WHEN ") + TRY(loses_fraction(value, type)) +
                          Fragment::of(" THEN '' ELSE ") + value + Fragment::of(" END");
        members.push_back(
            d.identifier(name) + Fragment::of(" := CAST(") +
            (is_nested ? Fragment::of("CAST(") + value + Fragment::of(" AS JSON)") : text) +
            Fragment::of(" AS ") + TRY(d.type(type)) + Fragment::of(")"));
    }
    return Fragment::of("CASE WHEN ") + holds_something(image) +
           Fragment::of(" THEN TRY(list_transform([json_extract_string(CAST(") + image +
           Fragment::of(" AS VARCHAR), ") + d.list(pointers) +
           Fragment::of(")], lambda v: struct_pack(") + sql::join(members, Fragment::of(", ")) +
           Fragment::of("))[1]) END");
}

}  // namespace

Fragment change_of_row(const CdcSpec& cdc,
    const std::optional<config::Spanned<std::string>>& delete_when, const Fragment& unreadable) {
    auto cases = unreadable.empty() ? Fragment::of("CASE") : unreadable;
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
           Fragment::of(" ELSE '? operation ' || coalesce('''' || CAST(") + operation +
           Fragment::of(" AS VARCHAR) || '''', 'NULL') || ' is not known' END AS _ingot_change");
}

Result<Fragment> unreadable_images(const CdcSpec& cdc, const Columns& model) {
    const auto& d = sql::duckdb();
    Fragment cases;
    std::vector<Fragment> none_before;
    for (const std::string name : {"after", "before"}) {
        const auto* column = find_column(model, name);
        if (cdc.envelope != Envelope::debezium || !column || is_structured(*column)) continue;
        const auto image = d.identifier(column->name);
        auto is_the_row = none_before;
        is_the_row.push_back(holds_something(image));
        cases = cases + Fragment::of(" WHEN ") + sql::join(is_the_row, Fragment::of(" AND ")) +
                Fragment::of(" AND (") + TRY(read_json(cdc, image)) +
                Fragment::of(") IS NULL THEN ") +
                d.literal("? " + name + " does not hold the fields of cdc");
        none_before.push_back(
            Fragment::of("(") + holds_something(image) + Fragment::of(") IS NOT TRUE"));
    }
    return cases.empty() ? Fragment{} : Fragment::of("CASE") + cases;
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
            images.push_back(is_structured(*image)
                                 ? Fragment::of("CAST(") + d.identifier(image->name) +
                                       Fragment::of(" AS ") + type + Fragment::of(")")
                                 : TRY(read_json(cdc, d.identifier(image->name))));
    for (const auto* name : {"before", "after", "source", "transaction"})
        if (const auto* column = find_column(model, name))
            left_out.push_back(d.identifier(column->name));
    return Fragment::of("* EXCLUDE (") + sql::join(left_out, Fragment::of(", ")) +
           Fragment::of("), unnest(coalesce(") + sql::join(images, Fragment::of(", ")) +
           Fragment::of("))");
}

}  // namespace ingot::silver
