#include "run/z_order.h"

#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;

// Ranks of 1,024 equal shares are enough to tell files apart, and leave room for six columns in one number.
constexpr int bits = 10;

std::string rank_name(std::size_t i) { return "_ingot_rank_" + std::to_string(i); }

Fragment ranks(const std::vector<std::string>& columns) {
    const auto& d = sql::duckdb();
    Fragment out;
    for (std::size_t i = 0; i < columns.size(); ++i)
        out = out + Fragment::of(", CAST(ntile(1024) OVER (ORDER BY ") + d.identifier(columns[i]) +
              Fragment::of(") - 1 AS BIGINT) AS ") + d.identifier(rank_name(i));
    return out;
}

Fragment interleaved(std::size_t count) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (std::size_t i = 0; i < count; ++i)
        for (int bit = 0; bit < bits; ++bit) {
            const auto place = bit * static_cast<int>(count) + static_cast<int>(count - 1 - i);
            parts.push_back(Fragment::of("(((") + d.identifier(rank_name(i)) +
                            Fragment::of(" >> ") + d.integer(bit) + Fragment::of(") & 1) << ") +
                            d.integer(place) + Fragment::of(")"));
        }
    return sql::join(parts, Fragment::of(" + "));
}

}  // namespace

Fragment z_ordered(const Fragment& rows, const std::vector<std::string>& columns) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < columns.size(); ++i) names.push_back(rank_name(i));
    return Fragment::of("SELECT * EXCLUDE (") + sql::duckdb().columns(names) +
           Fragment::of(") FROM (SELECT *") + ranks(columns) + Fragment::of(" FROM (") + rows +
           Fragment::of(")) ORDER BY ") + interleaved(columns.size());
}

}  // namespace ingot::run
