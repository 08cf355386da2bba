#include "medallion/silver/curate.h"

#include <algorithm>

#include "base/suggest.h"
#include "medallion/silver/fit.h"

namespace ingot::silver {

namespace {

bool names_column(const std::vector<ColumnName>& names, std::string_view column) {
    return std::ranges::any_of(
        names, [&](const ColumnName& name) { return same_name(name.value, column); });
}

Status all_known(const std::vector<ColumnName>& names, const Columns& columns) {
    for (const auto& name : names)
        if (!find_column(columns, name.value))
            return fail("PRJ106",
                "unknown column '" + name.value + "'" + did_you_mean(name.value, names_of(columns)),
                name.span);
    return {};
}

std::string renamed(const SilverSpec& spec, const std::string& name) {
    for (const auto& [from, to] : spec.rename)
        if (same_name(from, name)) return to;
    return name;
}

Status rename_is_possible(const SilverSpec& spec, const Columns& model, const Columns& columns) {
    for (const auto& [from, to] : spec.rename)
        if (!find_column(model, from))
            return fail("PRJ106",
                "rename: unknown column '" + from + "'" + did_you_mean(from, names_of(model)));
    for (const auto& [from, to] : spec.rename)
        if (to.empty() || is_own_column(to))
            return fail("CFG104",
                "rename: '" + from + "' cannot be called '" + to +
                    "'; a name has letters, and those that begin with _ingot_ are ingot's own");
    for (std::size_t i = 0; i < columns.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            if (same_name(columns[i].name, columns[k].name))
                return fail(
                    "CFG108", "two columns are named '" + columns[i].name + "'; rename one");
    return {};
}

}  // namespace

Result<Curated> curate(const SilverSpec& spec, const Columns& model, const Columns& casts,
    StorableType storable, const sql::Dialect& dialect) {
    Curated out{.projection = {},
        .columns = {},
        .cleaning = TRY(clean(spec.normalize, model)),
        .misfits = {}};
    Columns columns;
    std::vector<sql::Fragment> values, misfits;
    for (const auto& column : out.cleaning.columns) {
        auto value = dialect.identifier(column.name);
        const auto name = renamed(spec, column.name);
        auto type = storable(column.type);
        if (const auto* cast = find_column(casts, name)) {
            type = storable(cast->type);
            const auto cast_value = TRY(fitted(value, column.type, type));
            out.misfits.push_back({name, "_ingot_misfit_" + std::to_string(misfits.size())});
            misfits.push_back(sql::Fragment::of("CASE WHEN ") + value +
                              sql::Fragment::of(" IS NOT NULL AND (") + cast_value +
                              sql::Fragment::of(") IS NULL THEN CAST(") + value +
                              sql::Fragment::of(" AS VARCHAR) END AS ") +
                              dialect.identifier(out.misfits.back().own_column));
            value = cast_value;
        } else if (type != column.type)
            value = sql::Fragment::of("CAST(") + value + sql::Fragment::of(" AS ") +
                    TRY(dialect.type(type)) + sql::Fragment::of(")");
        columns.push_back({name, type});
        values.push_back(value + sql::Fragment::of(" AS ") + dialect.identifier(name));
    }
    TRY(rename_is_possible(spec, model, columns));
    TRY(all_known(spec.column_order, columns));
    for (const auto& [name, type] : spec.cast)
        if (!find_column(columns, name))
            return fail("PRJ106",
                "cast: unknown column '" + name + "'" + did_you_mean(name, names_of(columns)),
                type.span);
    std::vector<sql::Fragment> ordered;
    const auto take = [&](std::size_t i) {
        out.columns.push_back(columns[i]);
        ordered.push_back(values[i]);
    };
    for (const auto& first : spec.column_order)
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (same_name(columns[i].name, first.value)) take(i);
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (!names_column(spec.column_order, columns[i].name)) take(i);
    if (spec.scope == Scope::slice) {
        if (find_column(columns, load_date_column))
            return fail("CFG108",
                "scope: slice adds the column load_date, and the model has one; rename it");
        out.columns.push_back({std::string(load_date_column), "DATE"});
        ordered.push_back(sql::Fragment::of("_ingot_slice AS load_date"));
    }
    ordered.insert(ordered.end(), misfits.begin(), misfits.end());
    out.projection = sql::join(ordered, sql::Fragment::of(", "));
    return out;
}

}  // namespace ingot::silver
