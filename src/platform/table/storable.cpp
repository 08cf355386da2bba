#include "platform/table/storable.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/table/engine_type.h"

namespace ingot::table {

namespace {

constexpr std::array same =
    std::to_array<std::string_view>({"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT",
        "DOUBLE", "VARCHAR", "BLOB", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"});

constexpr std::array casts = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"UTINYINT", "SMALLINT"},
    {"USMALLINT", "INTEGER"},
    {"UINTEGER", "BIGINT"},
    {"UBIGINT", "DECIMAL(20,0)"},
    {"HUGEINT", "DECIMAL(38,0)"},
    {"UHUGEINT", "DECIMAL(38,0)"},
    {"TIMESTAMP_S", "TIMESTAMP"},
    {"TIMESTAMP_MS", "TIMESTAMP"},
    {"TIMESTAMP_NS", "TIMESTAMP"},
    {"TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"},
    {"DECIMAL", "DECIMAL(18,3)"},
});

std::string_view storable_name(std::string_view name) {
    if (name.starts_with("DECIMAL(") || std::ranges::find(same, name) != same.end()) return name;
    const auto cast =
        std::ranges::find(casts, name, &std::pair<std::string_view, std::string_view>::first);
    return cast == casts.end() ? "VARCHAR" : cast->second;
}

void make_storable(EngineType& type) {
    if (type.kind == EngineType::Kind::plain) type.name = storable_name(type.name);
    for (auto& part : type.parts) make_storable(part);
}

// True when something had to change.
bool make_exact(EngineType& type) {
    bool changed = false;
    for (auto& part : type.parts) changed = make_exact(part) || changed;
    if (type.kind != EngineType::Kind::plain) return changed;
    const auto& name = type.name;
    if (name == "HUGEINT" || name == "UHUGEINT")
        type.name = "DECIMAL(38,0)";
    else if (name == "INTERVAL" || name == "TIME WITH TIME ZONE" || name.starts_with("UNION("))
        type.name = "VARCHAR";
    else
        return false;
    return true;
}

}  // namespace

std::string storable_type(std::string_view engine_type) {
    auto type = parse_engine_type(engine_type);
    if (!type) return "VARCHAR";
    make_storable(*type);
    return to_string(*type);
}

std::string exact_file_type(std::string_view engine_type) {
    auto type = parse_engine_type(engine_type);
    return type && make_exact(*type) ? to_string(*type) : std::string(engine_type);
}

Columns storable(const Columns& columns) {
    Columns out = columns;
    for (auto& column : out) column.type = storable_type(column.type);
    return out;
}

}  // namespace ingot::table
