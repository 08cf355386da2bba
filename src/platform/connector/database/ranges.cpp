#include "platform/connector/database/ranges.h"
#include "data/type_family.h"

#include <charconv>

namespace ingot::connector {

namespace {

using sql::Fragment;

constexpr std::int64_t most_partitions = 64;

// Where ranges begin, as whole numbers between two ends: those of the column, or microseconds of its times. What cannot
// be counted (infinity, NaN, nothing) gives none.
std::string steps(const std::string& least, const std::string& greatest, std::int64_t count,
    const std::string& spelled) {
    return "SELECT DISTINCT " + spelled +
           " AS bound, place FROM (SELECT low + (high - low) * i // " + std::to_string(count) +
           " AS place FROM (SELECT TRY(" + least + ") AS low, TRY(" + greatest +
           ") AS high), range(1, " + std::to_string(count) +
           ") AS steps(i)) WHERE place IS NOT NULL ORDER BY place";
}

}  // namespace

Result<std::vector<Fragment>> ranges_of(const RangesOrder& order) {
    const auto& own = order.column;
    const bool is_number =
        is_number_type(order.type) && order.type != "DOUBLE" && order.type != "FLOAT";
    const bool is_time = order.type == "DATE" || order.type.starts_with("TIMESTAMP");
    if (!is_number && !is_time)
        return fail("EXT103",
            "partition_column: ranges are of whole numbers, decimals, dates and times; '" +
                order.name.value + "' is " + order.type,
            order.name.span);
    const auto ends = TRY(order.ends(Fragment::of("min(") + own + Fragment::of(")"),
        Fragment::of("max(") + own + Fragment::of(")")));
    std::vector<Fragment> ranges(1);
    const auto& row = ends.rows.at(0);
    if (!row.at(0) || !row.at(1)) return std::vector<Fragment>{};
    const auto counted = [&](const std::string& value) {
        const auto text = sql::duckdb().literal(value).text();
        return is_number ? "CAST(floor(CAST(" + text + " AS DECIMAL(38, 6))) AS HUGEINT)"
                         : "CAST(epoch_us(CAST(" + text + " AS TIMESTAMP)) AS HUGEINT)";
    };
    const auto zone = order.type.ends_with("ZONE") ? "|| '+00'" : "";
    const auto spelled =
        is_number ? "CAST(place AS VARCHAR)"
        : order.type == "DATE"
            ? "CAST(CAST(make_timestamp(CAST(place AS BIGINT)) AS DATE) AS VARCHAR)"
            : "CAST(make_timestamp(CAST(place AS BIGINT)) AS VARCHAR)" + std::string(zone);
    const auto found =
        TRY(order.engine(steps(counted(*row[0]), counted(*row[1]), order.count, spelled)));
    std::vector<Fragment> bounds;
    std::string last;
    for (const auto& bound : found.rows) {
        // Years before the first are spelled in another way by each database.
        if (!bound.at(0) || *bound[0] == last || bound[0]->ends_with("(BC)")) continue;
        last = *bound[0];
        bounds.push_back(TRY(order.bound({last, order.type})));
    }
    if (bounds.empty()) return std::vector<Fragment>{};
    const auto from = [&](const Fragment& bound) { return own + Fragment::of(" >= ") + bound; };
    const auto below = [&](const Fragment& bound) { return own + Fragment::of(" < ") + bound; };
    ranges.front() = below(bounds.front()) + Fragment::of(" OR ") + own + Fragment::of(" IS NULL");
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i)
        ranges.push_back(from(bounds[i]) + Fragment::of(" AND ") + below(bounds[i + 1]));
    ranges.push_back(from(bounds.back()));
    return ranges;
}

void check_partitions(const Settings& settings, RangesShare share, Diagnostics& diagnostics) {
    const auto* count = settings.table.find("partitions");
    const auto* column = settings.table.find("partition_column");
    if (!count && !column) return;
    if (!count) {
        diagnostics.error("CFG103",
            "partition_column: needs partitions:, the number of ranges that are read at the same time",
            column->span);
        return;
    }
    std::int64_t number = 0;
    std::from_chars(count->raw.data(), count->raw.data() + count->raw.size(), number);
    if (number < 1 || number > most_partitions)
        diagnostics.error("CFG104",
            "partitions: is a number from 1 to " + std::to_string(most_partitions) + ", not '" +
                count->raw + "'",
            count->span);
    const auto* consistent = settings.table.find("consistent");
    const auto* query = settings.table.find("query");
    const bool share_nothing =
        share == RangesShare::nothing || (share == RangesShare::moment_of_table && query);
    if (share_nothing && (!consistent || consistent->raw != "false"))
        diagnostics.error("CFG103",
            "partitions: reads over connections that share no snapshot here, so rows that are written meanwhile may be in one "
            "range and missing in another; say consistent: false where that does no harm, or leave partitions: out: one "
            "statement then reads all",
            count->span);
    if (column) return;
    if (share == RangesShare::nothing)
        diagnostics.error("CFG103",
            "partitions: needs partition_column:, whose ranges are read at the same time",
            count->span);
    else if (query)
        diagnostics.error("CFG103",
            "partitions: of a query needs partition_column:, whose ranges are read at the same time",
            count->span, {{"query:", query->span}});
}

}  // namespace ingot::connector
