#include "medallion/silver/fit.h"

#include "data/type_family.h"

namespace ingot::silver {

using sql::Fragment;

Result<Fragment> loses_fraction(const Fragment& value, const std::string& type) {
    const std::vector<std::string> whole{"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
        "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"};
    // As the engine spells it, whatever the author wrote.
    return Fragment::of("(typeof(CAST(NULL AS ") + TRY(sql::duckdb().type(type)) +
           Fragment::of(")) IN ") + sql::duckdb().list(whole) + Fragment::of(" AND TRY_CAST(") +
           value + Fragment::of(" AS DOUBLE) % 1 <> 0)");
}

Result<Fragment> fitted(const Fragment& value, const std::string& from, const std::string& type) {
    const auto cast = Fragment::of("TRY_CAST(") + value + Fragment::of(" AS ") +
                      TRY(sql::duckdb().type(type)) + Fragment::of(")");
    if (from != "VARCHAR" && !is_number_type(from)) return cast;
    return Fragment::of("CASE WHEN ") + TRY(loses_fraction(value, type)) +
           Fragment::of(" THEN NULL ELSE ") + cast + Fragment::of(" END");
}

}  // namespace ingot::silver
