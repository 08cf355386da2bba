#include "medallion/bronze/lossless.h"

#include <array>

#include "medallion/bronze/judge_column.sql.h"

namespace ingot::bronze {

namespace {

using sql::Fragment;

// As judge_column.sql lists them.
enum Number : std::size_t {
    values,
    not_boolean,
    not_bigint,
    not_double,
    not_date,
    not_time,
    not_timestamp,
    not_decimal,
    least_scale,
    most_scale,
    longest
};

}  // namespace

Result<Fragment> judge(const JudgeOrder& order) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> columns;
    std::vector<Fragment> numbers;
    for (std::size_t i = 0; i < order.names.size(); ++i) {
        const auto alias = d.identifier("c" + std::to_string(i));
        columns.push_back(d.identifier(order.names[i]) + Fragment::of(" AS ") + alias);
        numbers.push_back(
            TRY(sql::fill(embedded::medallion_bronze_judge_column_sql, {{"c", alias}})));
    }
    auto from = Fragment::of(" FROM (SELECT ") + sql::join(columns, Fragment::of(", ")) +
                Fragment::of(" FROM ") + order.relation;
    if (order.rows > 0) from = from + Fragment::of(" LIMIT ") + d.integer(order.rows);
    return Fragment::of("SELECT ") + sql::join(numbers, Fragment::of(", ")) + from +
           Fragment::of(")");
}

Judgement judged(std::span<const std::int64_t> numbers) {
    constexpr std::array<std::pair<Number, const char*>, 6> candidates{
        {{not_boolean, "BOOLEAN"}, {not_bigint, "BIGINT"}, {not_double, "DOUBLE"},
            {not_date, "DATE"}, {not_time, "TIME"}, {not_timestamp, "TIMESTAMP"}}};
    Judgement judgement{.type = "VARCHAR", .has_values = numbers[values] > 0};
    if (!judgement.has_values) return judgement;
    for (const auto& [number, type] : candidates)
        if (numbers[number] == 0) return judgement.type = type, judgement;
    const bool is_decimal = numbers[not_decimal] == 0 &&
                            numbers[least_scale] == numbers[most_scale] && numbers[longest] <= 38;
    if (!is_decimal) return judgement;
    const auto width = numbers[longest] <= 18 ? 18 : 38;
    judgement.type =
        "DECIMAL(" + std::to_string(width) + "," + std::to_string(numbers[most_scale]) + ")";
    return judgement;
}

Result<Fragment> count_changed(
    const Fragment& relation, const Columns& columns, std::int64_t rows) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> counts;
    for (const auto& column : columns) {
        const auto name = d.identifier(column.name);
        counts.push_back(TRY(sql::fill(
            "count_if($c IS NOT NULL AND $c IS DISTINCT FROM TRY_CAST($c AS $type)::VARCHAR)",
            {{"c", name}, {"type", TRY(d.type(column.type))}})));
    }
    const auto limit = rows > 0 ? Fragment::of(" LIMIT ") + d.integer(rows) : Fragment();
    return Fragment::of("SELECT ") + sql::join(counts, Fragment::of(", ")) +
           Fragment::of(" FROM (SELECT ") + d.columns(names_of(columns)) + Fragment::of(" FROM ") +
           relation + limit + Fragment::of(")");
}

}  // namespace ingot::bronze
