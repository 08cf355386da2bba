#include <algorithm>

#include "medallion/slice/rows.h"

namespace ingot::slice {

namespace {

using sql::duckdb;
using sql::Fragment;

std::string renamed(const RowSilver& silver, const std::string& name) {
    for (const auto& [from, to] : silver.schema.rename_map)
        if (same_name(from, name)) return to;
    return name;
}

// What pandas strips: white space of every kind, not only blanks.
Fragment normalised(const RowSilver& silver, const Column& column) {
    auto value = duckdb().identifier(column.name);
    if (column.type != "VARCHAR") return value;
    if (silver.normalization.trim_strings)
        value = Fragment::of("regexp_replace(") + value + Fragment::of(", '^\\s+|\\s+$', '', 'g')");
    if (silver.normalization.empty_strings_as_null)
        value = Fragment::of("nullif(") + value + Fragment::of(", '')");
    return value;
}

struct Shaped {
    Column column;  // by its new name
    Fragment value;
};

std::vector<Shaped> in_order(
    const RowSilver& silver, std::vector<Shaped> all, std::vector<std::string>& warnings) {
    std::vector<Shaped> out;
    for (const auto& name : silver.schema.column_order.value_or(std::vector<std::string>{})) {
        const auto it = std::ranges::find_if(
            all, [&](const Shaped& each) { return same_name(each.column.name, name); });
        if (it == all.end()) {
            warnings.push_back(
                "SIL102 schema.column_order names '" + name + "', which is no column");
            continue;
        }
        out.push_back(std::move(*it));
        all.erase(it);
    }
    for (auto& each : all) out.push_back(std::move(each));
    return out;
}

}  // namespace

Result<ShapedRows> shape_rows(const RowSilver& silver, const Columns& bronze) {
    ShapedRows out;
    for (const auto& [from, to] : silver.schema.rename_map)
        if (!find_column(bronze, from))
            out.warnings.push_back(
                "SIL102 schema.rename_map names '" + from + "', which is no column");
    std::vector<Shaped> all;
    for (const auto& column : bronze) {
        Column named{renamed(silver, column.name), column.type};
        for (const auto& other : all)
            if (same_name(other.column.name, named.name))
                return fail(
                    "CFG108", "schema.rename_map gives two columns the name '" + named.name + "'");
        all.push_back({std::move(named), normalised(silver, column)});
    }
    std::vector<Fragment> list;
    for (auto& each : in_order(silver, std::move(all), out.warnings)) {
        list.push_back(each.value + Fragment::of(" AS ") + duckdb().identifier(each.column.name));
        out.columns.push_back(std::move(each.column));
    }
    list.push_back(Fragment::of("_ingot_arrival"));
    out.select =
        Fragment::of("SELECT ") + join(list, Fragment::of(", ")) + Fragment::of(" FROM bronze");
    for (const auto& key : silver.primary_keys) out.by.keys.push_back(renamed(silver, key));
    if (silver.order_column) out.by.order = renamed(silver, *silver.order_column);
    return out;
}

}  // namespace ingot::slice
