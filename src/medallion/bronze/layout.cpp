#include "medallion/bronze/layout.h"

#include <algorithm>

#include "sql/dialect.h"

namespace ingot::bronze {

namespace {

using sql::Fragment;

bool is_nested(const std::string& type) {
    return type == "JSON" || type.ends_with(']') || type.starts_with("STRUCT") ||
           type.starts_with("MAP");
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

}  // namespace

std::string partition_folder(const SliceLayout& layout, Date date, Instant clock) {
    if (!layout.has_date) return "";
    const auto folder = "dt=" + to_string(date);
    const auto shown = to_string(clock);  // 2026-01-02T03:04:05…
    switch (layout.strategy) {
        case PartitionStrategy::date: return folder;
        case PartitionStrategy::hourly: return folder + "/hour=" + shown.substr(11, 2);
        case PartitionStrategy::timestamp:
            return folder + "/batch=" + shown.substr(0, 4) + shown.substr(5, 2) +
                   shown.substr(8, 2) + "_" + shown.substr(11, 2) + shown.substr(14, 2);
        case PartitionStrategy::batch_id: return folder + "/batch_id=" + layout.batch_id;
    }
    return folder;
}

Result<Fragment> csv_projection(Columns columns) {
    const auto& d = sql::duckdb();
    std::ranges::sort(columns, {}, &Column::name);
    std::vector<Fragment> parts;
    for (const auto& column : columns) {
        const auto name = d.identifier(column.name);
        const auto* shape = !is_nested(column.type) ? "$c"
                            : column.type == "JSON" ? "CAST($c AS VARCHAR) AS $c"
                                                    : "CAST(to_json($c) AS VARCHAR) AS $c";
        parts.push_back(TRY(sql::fill(shape, {{"c", name}})));
    }
    return sql::join(parts, Fragment::of(", "));
}

Fragment json_shapes(const std::vector<std::string>& names, const Fragment& relation) {
    std::vector<Fragment> parts;
    for (const auto& name : names)
        parts.push_back(Fragment::of("CAST(json_group_structure(") +
                        sql::duckdb().identifier(name) + Fragment::of(") AS VARCHAR)"));
    return Fragment::of("SELECT ") + sql::join(parts, Fragment::of(", ")) + Fragment::of(" FROM ") +
           relation;
}

Fragment parquet_projection(const Columns& columns, const std::vector<Shaped>& shapes) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& column : columns) {
        const auto name = d.identifier(column.name);
        const auto it = std::ranges::find(shapes, column.name, &Shaped::name);
        if (it == shapes.end() || it->shape.empty())
            parts.push_back(name);
        else
            parts.push_back(Fragment::of("from_json(") + name + Fragment::of(", ") +
                            d.literal(it->shape) + Fragment::of(") AS ") + name);
    }
    return sql::join(parts, Fragment::of(", "));
}

Shaped shaped(std::string name, std::string found) {
    // A list without any element is one of text.
    replace_all(found, ":\"NULL\"", ":\"VARCHAR\"");
    replace_all(found, "[\"NULL\"]", "[\"VARCHAR\"]");
    const bool is_nested_value = found.starts_with('{') || found.starts_with('[');
    const bool has_place = found.find(":\"JSON\"") == std::string::npos &&
                           found.find("[\"JSON\"]") == std::string::npos;
    if (!is_nested_value || !has_place || found == "{}") return {std::move(name), "", ""};
    auto narrow = found;
    for (const auto* type : {"UBIGINT", "HUGEINT"})
        for (const auto* before : {":\"", "[\""})
            replace_all(
                narrow, before + std::string(type) + "\"", before + std::string("BIGINT\""));
    return {std::move(name), std::move(narrow), std::move(found)};
}

Fragment count_misshapen(const std::vector<Shaped>& shapes, const Fragment& relation) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& one : shapes)
        parts.push_back(
            one.shape.empty()
                ? Fragment::of("0")
                : *sql::fill(
                      "count_if(CAST(from_json($c, $shape) AS VARCHAR) IS DISTINCT FROM CAST(from_json($c, $wide) AS VARCHAR))",
                      {{"c", d.identifier(one.name)}, {"shape", d.literal(one.shape)},
                          {"wide", d.literal(one.wide)}}));
    return Fragment::of("SELECT ") + sql::join(parts, Fragment::of(", ")) + Fragment::of(" FROM ") +
           relation;
}

}  // namespace ingot::bronze
