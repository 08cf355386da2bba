#include "medallion/join/join.h"

#include <algorithm>

#include "base/suggest.h"
#include "medallion/join/as_of_rows.sql.h"
#include "medallion/join/chunk_keys.sql.h"
#include "medallion/join/chunk_rows.sql.h"
#include "medallion/join/filtering.sql.h"
#include "medallion/join/key_counts.sql.h"
#include "medallion/join/matching.sql.h"
#include "medallion/join/right_of_chunk.sql.h"
#include "medallion/join/right_of_chunks.sql.h"
#include "medallion/join/right_of_chunks_counted.sql.h"
#include "medallion/join/right_only.sql.h"
#include "medallion/join/right_rows.sql.h"

namespace ingot::join {

namespace {

using sql::duckdb;
using sql::Fragment;

Fragment id(std::string_view name) { return duckdb().identifier(name); }

std::vector<std::string> left_names(const Shape& shape) {
    std::vector<std::string> names;
    for (const auto& pair : shape.keys) names.push_back(pair.left);
    return names;
}

// NULL keys are equal: a row without a value belongs to the others without one.
Fragment same_keys(const Shape& shape) { return duckdb().same("l", "r", left_names(shape)); }

// The column of the result that the right side's time became.
const std::string& right_time(const Shape& shape) {
    return std::ranges::find_if(shape.columns, [&](const Joined& column) {
        return column.source == "right" && same_name(column.original, shape.time->right);
    })->name;
}

Fragment result_columns(const Shape& shape) {
    std::vector<Fragment> list;
    for (const auto& column : shape.columns)
        list.push_back(
            (column.source == "right" ? Fragment::of("r.") : Fragment::of("l.")) + id(column.name));
    return sql::join(list, Fragment::of(", "));
}

Result<Fragment> matching(const Shape& shape, const Fragment& kind, const Fragment& right) {
    auto condition = same_keys(shape);
    if (shape.time) {
        // The engine's as-of join takes plain equality only.
        condition = duckdb().equal("l", "r", left_names(shape));
        if (!condition.empty()) condition = condition + Fragment::of(" AND ");
        condition = condition + Fragment::of("l.") + id(shape.time->left) + Fragment::of(" >= r.") +
                    id(right_time(shape));
    }
    return sql::fill(
        embedded::medallion_join_matching_sql, {{"columns", result_columns(shape)}, {"kind", kind},
                                                   {"right", right}, {"same", condition}});
}

Result<Fragment> filtering(const Shape& shape, const Fragment& exists, const Fragment& right) {
    return sql::fill(embedded::medallion_join_filtering_sql,
        {{"columns", result_columns(shape)}, {"exists", exists}, {"right", right},
            {"same", same_keys(shape)}});
}

}  // namespace

Result<std::vector<Fragment>> prepare(const Shape& shape, const Columns& right) {
    std::vector<Fragment> list;
    for (const auto& pair : shape.keys)
        list.push_back(
            id(find_column(right, pair.right)->name) + Fragment::of(" AS ") + id(pair.left));
    for (const auto& column : shape.columns)
        if (column.source == "right")
            list.push_back(id(column.original) + Fragment::of(" AS ") + id(column.name));
    std::vector<Fragment> statements{TRY(sql::fill(embedded::medallion_join_right_rows_sql,
        {{"columns", sql::join(list, Fragment::of(", "))}, {"rows", Fragment::of("right_read")}}))};
    if (shape.time) {
        auto names = left_names(shape);
        names.push_back(right_time(shape));
        statements.push_back(TRY(sql::fill(embedded::medallion_join_as_of_rows_sql,
            {{"keys_and_time", duckdb().columns(names)}})));
    }
    return statements;
}

Result<Fragment> take_chunk(std::int64_t first, std::int64_t size) {
    auto within = Fragment::of("true");
    if (size > 0)
        within = Fragment::of("_ingot_arrival >= ") + duckdb().integer(first) +
                 Fragment::of(" AND _ingot_arrival < ") + duckdb().integer(first + size);
    return sql::fill(embedded::medallion_join_chunk_rows_sql, {{"within", within}});
}

Result<Fragment> right_of_chunk(const Shape& shape) {
    return sql::fill(embedded::medallion_join_right_of_chunk_sql, {{"same", same_keys(shape)}});
}

Result<Parting> part_right(
    const Shape& shape, std::int64_t size, const std::vector<std::int64_t>& done) {
    const auto& d = duckdb();
    std::vector<Fragment> numbers{d.integer(0)};
    for (const auto number : done) numbers.push_back(d.integer(number));
    return Parting{.keys = TRY(sql::fill(embedded::medallion_join_chunk_keys_sql,
                       {{"size", d.integer(size)}, {"keys", d.columns(left_names(shape))},
                           {"done", sql::join(numbers, Fragment::of(", "))}})),
        .counts = TRY(sql::fill(
            embedded::medallion_join_right_of_chunks_counted_sql, {{"same", same_keys(shape)}})),
        .rows = TRY(
            sql::fill(embedded::medallion_join_right_of_chunks_sql, {{"same", same_keys(shape)}})),
        .forget_keys = Fragment::of("DROP TABLE chunk_keys")};
}

Fragment part_of_chunk(std::int64_t number) {
    return Fragment::of(
               "(SELECT * EXCLUDE (_ingot_chunk) FROM right_of_chunks WHERE _ingot_chunk = ") +
           duckdb().integer(number) + Fragment::of(")");
}

Result<Fragment> join_chunk(const Shape& shape, const Fragment& right) {
    switch (shape.type) {
        case Type::inner:
        case Type::right: return matching(shape, Fragment::of("JOIN"), right);
        case Type::left:
        case Type::outer: return matching(shape, Fragment::of("LEFT JOIN"), right);
        case Type::as_of: return matching(shape, Fragment::of("ASOF LEFT JOIN"), right);
        case Type::semi: return filtering(shape, Fragment::of("EXISTS"), right);
        case Type::anti: return filtering(shape, Fragment::of("NOT EXISTS"), right);
    }
    return fail("BUG001", "a kind of join without a statement");
}

Result<Fragment> right_only(const Shape& shape) {
    std::vector<Fragment> list;
    for (const auto& column : shape.columns) {
        if (column.source == "left")
            list.push_back(Fragment::of("CAST(NULL AS ") + TRY(duckdb().type(column.type)) +
                           Fragment::of(") AS ") + id(column.name));
        else
            list.push_back(Fragment::of("r.") + id(column.name));
    }
    return sql::fill(embedded::medallion_join_right_only_sql,
        {{"columns", sql::join(list, Fragment::of(", "))}, {"same", same_keys(shape)}});
}

Result<Fragment> key_counts(const Shape& shape) {
    return sql::fill(embedded::medallion_join_key_counts_sql,
        {{"same", same_keys(shape)}, {"keys", duckdb().columns(left_names(shape))}});
}

Result<std::vector<GuardCheck>> guard_checks(
    const Guards& guards, const std::vector<std::string>& columns) {
    const auto known = [&](const config::Spanned<std::string>& name) -> Status {
        if (has_name(columns, name.value)) return {};
        return fail("PRJ106",
            "a quality guard names the column '" + name.value +
                "', which the result does not have" + did_you_mean(name.value, columns),
            name.span);
    };
    std::vector<GuardCheck> checks;
    if (guards.row_count.min || guards.row_count.max) {
        const auto number = [](const std::optional<std::int64_t>& n) {
            return n ? std::optional(static_cast<double>(*n)) : std::nullopt;
        };
        checks.push_back({.name = "row_count_range",
            .query = Fragment::of("SELECT count(*) FROM joined"),
            .min = number(guards.row_count.min),
            .max = number(guards.row_count.max)});
    }
    for (const auto& guard : guards.null_ratio) {
        TRY(known(guard.column));
        checks.push_back({.name = "null_ratio:" + guard.column.value,
            .query = Fragment::of("SELECT coalesce(avg(CAST(") + id(guard.column.value) +
                     Fragment::of(" IS NULL AS INTEGER)), 0) FROM joined"),
            .max = guard.max_ratio,
            .columns = {guard.column.value}});
    }
    for (const auto& guard : guards.unique_keys) {
        std::vector<std::string> names;
        std::string name;
        for (const auto& column : guard.columns) {
            TRY(known(column));
            names.push_back(column.value);
            name += (name.empty() ? "" : "+") + column.value;
        }
        checks.push_back({.name = "unique_keys:" + name,
            .query = Fragment::of("SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT ") +
                     duckdb().columns(names) + Fragment::of(" FROM joined)) FROM joined"),
            .max = 0,
            .columns = std::move(names)});
    }
    return checks;
}

}  // namespace ingot::join
