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

// Of each file, the least key that is not below it; a file holds none when that one is above it.
Fragment files_between(const Column& column, const Fragment& type, const Fragment& rows,
    const std::vector<std::pair<std::size_t, Bounds>>& bounds) {
    const auto& d = sql::duckdb();
    const auto cast = [&](const std::string& value) {
        return Fragment::of("CAST(") + d.literal(value) + Fragment::of(" AS ") + type +
               Fragment::of(")");
    };
    std::vector<Fragment> values;
    for (const auto& [place, bound] : bounds)
        values.push_back(Fragment::of("(") + d.integer(static_cast<std::int64_t>(place)) +
                         Fragment::of(", ") + cast(bound.low) + Fragment::of(", ") +
                         cast(bound.high) + Fragment::of(")"));
    return Fragment::of("SELECT f.place FROM (VALUES ") + sql::join(values, Fragment::of(", ")) +
           Fragment::of(") AS f(place, low, high) ASOF JOIN (SELECT DISTINCT CAST(") +
           d.identifier(column.name) + Fragment::of(" AS ") + type +
           Fragment::of(") AS sought FROM ") + rows + Fragment::of(" WHERE ") +
           d.identifier(column.name) +
           Fragment::of(
               " IS NOT NULL) AS k ON f.low <= k.sought WHERE k.sought <= f.high ORDER BY ALL");
}

}  // namespace

Result<std::vector<table::DataFile>> files_with_keys(
    engine::Session& session, const std::vector<table::DataFile>& files, const SoughtKeys& sought) {
    std::vector<std::vector<std::optional<Bounds>>> known(files.size());
    for (std::size_t i = 0; i < files.size(); ++i)
        if (is_ours(files[i]))
            known[i] = table::bounds_in(files[i].stats, names_of(sought.columns));
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

}  // namespace ingot::run
