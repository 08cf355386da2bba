#include "run/table_partitions.h"

#include <cctype>

#include <fmt/format.h>

namespace ingot::run {

namespace {

using sql::Fragment;

Fragment as_text(const std::string& column) {
    return Fragment::of("CAST(") + sql::duckdb().identifier(column) + Fragment::of(" AS VARCHAR)");
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const unsigned char c : text) {
        const bool plain = std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~';
        out += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
    }
    return out;
}

}  // namespace

Result<std::map<PartitionValues, std::int64_t>> rows_by_partition(
    engine::Session& session, const Fragment& rows, const std::vector<std::string>& columns) {
    std::vector<Fragment> texts;
    for (const auto& column : columns) texts.push_back(as_text(column));
    const auto found = TRY(
        session.query((Fragment::of("SELECT count(*), ") + sql::join(texts, Fragment::of(", ")) +
                       Fragment::of(" FROM (") + rows + Fragment::of("\n) GROUP BY ALL"))
                .text()));
    std::map<PartitionValues, std::int64_t> counts;
    for (std::size_t row = 0; row < found.rows.size(); ++row) {
        PartitionValues values;
        for (std::size_t i = 0; i < columns.size(); ++i)
            values[columns[i]] = found.rows[row][i + 1];
        counts[std::move(values)] = found.integer(row, 0);
    }
    return counts;
}

Fragment is_of_partition(const PartitionValues& values) {
    std::vector<Fragment> same;
    for (const auto& [column, value] : values)
        same.push_back(as_text(column) + (value ? Fragment::of(" IS NOT DISTINCT FROM ") +
                                                      sql::duckdb().literal(*value)
                                                : Fragment::of(" IS NULL")));
    return Fragment::of("(") + sql::join(same, Fragment::of(" AND ")) + Fragment::of(")");
}

std::string partition_folder(
    const PartitionValues& values, const std::vector<std::string>& columns) {
    std::string folder;
    for (const auto& column : columns) {
        const auto& value = values.at(column);
        folder += (folder.empty() ? "" : "/") + percent_encoded(column) + "=" +
                  (value ? percent_encoded(*value) : "__HIVE_DEFAULT_PARTITION__");
    }
    return folder;
}

}  // namespace ingot::run
