#include "run/key_files.h"

#include <algorithm>
#include <array>

#include "platform/table/file_stats.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;
using table::Bounds;
using Places = std::vector<std::size_t>;

// Types whose order is the same in the engine and in statistics, and whose text casts back exactly.
bool is_comparable(std::string_view type) {
    constexpr std::array types = std::to_array<std::string_view>({"TINYINT", "SMALLINT", "INTEGER",
        "BIGINT", "VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"});
    return std::ranges::find(types, type) != types.end();
}

// Bounds that another program wrote may be cut off, or mean another order.
bool is_ours(const table::DataFile& file) { return file.tags.contains("ingot.part"); }

Fragment cast(const Fragment& value, const Fragment& type) {
    return Fragment::of("CAST(") + value + Fragment::of(" AS ") + type + Fragment::of(")");
}

// Of each file, the least key that is not below it; a file holds none when that one is above it.
Fragment files_between(const Column& column, const Fragment& type, const Fragment& rows,
    const std::vector<std::pair<std::size_t, Bounds>>& bounds) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> values;
    for (const auto& [place, bound] : bounds)
        values.push_back(Fragment::of("(") + d.integer(static_cast<std::int64_t>(place)) +
                         Fragment::of(", ") + cast(d.literal(bound.low), type) +
                         Fragment::of(", ") + cast(d.literal(bound.high), type) +
                         Fragment::of(")"));
    return Fragment::of("SELECT f.place FROM (VALUES ") + sql::join(values, Fragment::of(", ")) +
           Fragment::of(") AS f(place, low, high) ASOF JOIN (SELECT DISTINCT CAST(") +
           d.identifier(column.name) + Fragment::of(" AS ") + type +
           Fragment::of(") AS sought FROM ") + rows + Fragment::of(" WHERE ") +
           d.identifier(column.name) +
           Fragment::of(
               " IS NOT NULL) AS k ON f.low <= k.sought WHERE k.sought <= f.high ORDER BY ALL");
}

// Of each file what its statistics say of each column; nothing of a file that is not ours.
std::vector<std::vector<std::optional<Bounds>>> bounds_of(
    const std::vector<table::DataFile>& files, const Columns& columns) {
    std::vector<std::vector<std::optional<Bounds>>> known(files.size());
    for (std::size_t i = 0; i < files.size(); ++i)
        if (is_ours(files[i])) known[i] = table::bounds_in(files[i].stats, names_of(columns));
    return known;
}

Fragment numbered(std::string_view letter, std::size_t i) {
    return sql::duckdb().identifier(std::string(letter) + std::to_string(i));
}

}  // namespace

Result<std::vector<table::DataFile>> files_with_keys(
    engine::Session& session, const std::vector<table::DataFile>& files, const SoughtKeys& sought) {
    const auto known = bounds_of(files, sought.columns);
    std::vector<bool> may_hold(files.size(), true);
    for (std::size_t c = 0; c < sought.columns.size(); ++c) {
        const auto& column = sought.columns[c];
        if (!is_comparable(column.type)) continue;
        std::vector<std::pair<std::size_t, Bounds>> bounds;
        for (std::size_t i = 0; i < files.size(); ++i)
            if (may_hold[i] && !known[i].empty() && known[i][c])
                bounds.emplace_back(i, *known[i][c]);
        if (bounds.empty()) continue;
        const auto type = TRY(sql::duckdb().type(column.type));
        const auto found =
            TRY(session.query(files_between(column, type, sought.rows, bounds).text()));
        for (const auto& [i, bound] : bounds) may_hold[i] = false;
        for (std::size_t row = 0; row < found.rows.size(); ++row)
            may_hold[static_cast<std::size_t>(found.integer(row, 0))] = true;
    }
    std::vector<table::DataFile> held;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (may_hold[i]) held.push_back(files[i]);
    return held;
}

Result<std::vector<table::DataFile>> files_in_range(
    engine::Session& session, const std::vector<table::DataFile>& files, const SoughtKeys& sought) {
    const auto& d = sql::duckdb();
    Columns columns;
    for (const auto& column : sought.columns)
        if (is_comparable(column.type)) columns.push_back(column);
    const auto known = bounds_of(files, columns);
    if (columns.empty() ||
        std::ranges::all_of(known, [](const auto& each) { return each.empty(); }))
        return files;
    std::vector<Fragment> names{Fragment::of("place")}, ends, meets;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto low = numbered("l", c), high = numbered("h", c);
        const auto least = numbered("a", c), most = numbered("b", c);
        const auto value = cast(d.identifier(columns[c].name), TRY(d.type(columns[c].type)));
        names.push_back(low);
        names.push_back(high);
        ends.push_back(Fragment::of("min(") + value + Fragment::of(") AS ") + least +
                       Fragment::of(", max(") + value + Fragment::of(") AS ") + most);
        meets.push_back(Fragment::of("coalesce(") + high + Fragment::of(" >= ") + least +
                        Fragment::of(" AND ") + low + Fragment::of(" <= ") + most +
                        Fragment::of(", true)"));
    }
    std::vector<Fragment> rows;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto row = Fragment::of("(") + d.integer(static_cast<std::int64_t>(i));
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const bool is_known = !known[i].empty() && known[i][c];
            const auto type = TRY(d.type(columns[c].type));
            const auto end = [&](const std::string& value) {
                return Fragment::of(", ") +
                       cast(is_known ? d.literal(value) : Fragment::of("NULL"), type);
            };
            row = row + end(is_known ? known[i][c]->low : "") +
                  end(is_known ? known[i][c]->high : "");
        }
        rows.push_back(row + Fragment::of(")"));
    }
    const auto comma = Fragment::of(", ");
    const auto found = TRY(
        session.query((Fragment::of("SELECT place FROM (VALUES ") + sql::join(rows, comma) +
                       Fragment::of(") AS f(") + sql::join(names, comma) +
                       Fragment::of("), (SELECT ") + sql::join(ends, comma) +
                       Fragment::of(" FROM ") + sought.rows + Fragment::of(") AS r WHERE ") +
                       sql::join(meets, Fragment::of(" AND ")) + Fragment::of(" ORDER BY place"))
                .text()));
    std::vector<table::DataFile> held;
    for (std::size_t row = 0; row < found.rows.size(); ++row)
        held.push_back(files[static_cast<std::size_t>(found.integer(row, 0))]);
    return held;
}

}  // namespace ingot::run
