#include "medallion/bronze/cursor.h"

namespace ingot::bronze {

namespace {

using sql::Fragment;

Fragment comparable(const Fragment& value, Nature nature) {
    switch (nature) {
        case Nature::number:
            return Fragment::of("TRY_CAST(") + value + Fragment::of(" AS DECIMAL(38, 10))");
        case Nature::moment:
            return Fragment::of("TRY_CAST(") + value + Fragment::of(" AS TIMESTAMPTZ)");
        case Nature::typed:
        case Nature::text: return value;
    }
    return value;
}

// A text as a value of the column. The type's name is the engine's own.
Fragment value_of(const std::string& text, const std::string& type) {
    return Fragment::of("CAST(") + sql::duckdb().literal(text) + Fragment::of(" AS ") +
           Fragment::authored(type) + Fragment::of(")");
}

}  // namespace

Fragment count_natures(const Fragment& relation, const std::string& column) {
    const auto name = sql::duckdb().identifier(column);
    return Fragment::of("SELECT count(") + name + Fragment::of("), count(") +
           comparable(name, Nature::number) + Fragment::of("), count(") +
           comparable(name, Nature::moment) + Fragment::of(") FROM ") + relation;
}

Nature nature_of(std::int64_t values, std::int64_t numbers, std::int64_t moments) {
    if (values == numbers) return Nature::number;
    return values == moments ? Nature::moment : Nature::text;
}

Fragment greatest(const Fragment& relation, const std::string& column, Nature nature) {
    const auto name = sql::duckdb().identifier(column);
    return Fragment::of("SELECT arg_max(CAST(") + name + Fragment::of(" AS VARCHAR), ") +
           comparable(name, nature) + Fragment::of(") FROM ") + relation;
}

Fragment is_at_or_after(
    const std::string& a, const std::string& b, const std::string& type, Nature nature) {
    return Fragment::of("SELECT ") + comparable(value_of(a, type), nature) + Fragment::of(" >= ") +
           comparable(value_of(b, type), nature);
}

Fragment less_time(const std::string& value, const std::string& type, std::int64_t lag_us) {
    const auto lag =
        Fragment::of(" - to_microseconds(") + sql::duckdb().integer(lag_us) + Fragment::of(")");
    if (type != "VARCHAR")
        return Fragment::of("SELECT CAST(") + value_of(value, type) + lag +
               Fragment::of(" AS VARCHAR)");
    // As it came: a text with a T stays one. Cutting off the fraction asks for a little more.
    const auto moment = Fragment::of("TRY_CAST(") + sql::duckdb().literal(value) +
                        Fragment::of(" AS TIMESTAMPTZ) AT TIME ZONE 'UTC'");
    const auto pattern = value.find('T') == std::string::npos ? Fragment::of("'%Y-%m-%d %H:%M:%S'")
                         : value.ends_with('Z')               ? Fragment::of("'%Y-%m-%dT%H:%M:%SZ'")
                         : value.find('+') != std::string::npos
                             ? Fragment::of("'%Y-%m-%dT%H:%M:%S+00:00'")
                             : Fragment::of("'%Y-%m-%dT%H:%M:%S'");
    return Fragment::of("SELECT strftime(") + moment + lag + Fragment::of(", ") + pattern +
           Fragment::of(")");
}

Fragment less_number(const std::string& value, const std::string& type, const std::string& lag) {
    const auto from = type == "VARCHAR" ? comparable(sql::duckdb().literal(value), Nature::number)
                                        : value_of(value, type);
    return Fragment::of("SELECT CAST(") + from + Fragment::of(" - ") + Fragment::authored(lag) +
           Fragment::of(" AS VARCHAR)");
}

Fragment landed_before(const Fragment& fresh, const Fragment& landed, const Columns& columns) {
    const auto& d = sql::duckdb();
    const auto names = names_of(columns);
    return *sql::fill(
        "SELECT _ingot_row FROM ("
        "SELECT $columns, _ingot_row, row_number() OVER (PARTITION BY $columns ORDER BY _ingot_row) AS _ingot_nth FROM ($fresh)"
        ") f JOIN ("
        "SELECT $columns, count(*) AS _ingot_times FROM ($landed) GROUP BY $columns"
        ") l ON $same WHERE _ingot_nth <= _ingot_times",
        {{"columns", d.columns(names)}, {"fresh", fresh}, {"landed", landed},
            {"same", d.same("f", "l", names)}});
}

}  // namespace ingot::bronze
