#include "run/empty_columns.h"

#include <map>

#include "sql/dialect.h"

namespace ingot::run {

Result<std::vector<std::string>> empty_columns(engine::Session& session, const std::string& file) {
    // Added up here: the engine's tables for a GROUP BY cost more than the rest of the query.
    const auto groups = TRY(session.query(
        "SELECT path_in_schema, num_values = stats_null_count FROM parquet_metadata(" +
        sql::duckdb().literal(file).text() + ")"));
    std::map<std::string, bool> is_empty;
    for (std::size_t i = 0; i < groups.rows.size(); ++i) {
        auto& empty = is_empty.try_emplace(groups.text(i, 0), true).first->second;
        empty = empty && groups.text(i, 1) == "true";
    }
    std::vector<std::string> names;
    for (const auto& [name, empty] : is_empty)
        if (empty) names.push_back(name);
    return names;
}

}  // namespace ingot::run
