#include "platform/table/delta/schema.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/table/engine_type.h"
#include "platform/table/storable.h"

namespace ingot::table::delta {

namespace {

constexpr std::array names = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"BOOLEAN", "boolean"},
    {"TINYINT", "byte"},
    {"SMALLINT", "short"},
    {"INTEGER", "integer"},
    {"BIGINT", "long"},
    {"FLOAT", "float"},
    {"DOUBLE", "double"},
    {"VARCHAR", "string"},
    {"BLOB", "binary"},
    {"DATE", "date"},
    {"TIMESTAMP", "timestamp_ntz"},
    {"TIMESTAMP WITH TIME ZONE", "timestamp"},
});

Json delta_type(const EngineType& type);

Json field_of(const std::string& name, const EngineType& type) {
    return {{"name", name}, {"type", delta_type(type)}, {"nullable", true},
        {"metadata", Json::object()}};
}

Json struct_of(const EngineType& type) {
    Json fields = Json::array();
    for (std::size_t i = 0; i < type.parts.size(); ++i)
        fields.push_back(field_of(type.fields[i], type.parts[i]));
    return {{"type", "struct"}, {"fields", std::move(fields)}};
}

Json delta_type(const EngineType& type) {
    switch (type.kind) {
        case EngineType::Kind::list:
            return {{"type", "array"}, {"elementType", delta_type(type.parts[0])},
                {"containsNull", true}};
        case EngineType::Kind::map:
            return {{"type", "map"}, {"keyType", delta_type(type.parts[0])},
                {"valueType", delta_type(type.parts[1])}, {"valueContainsNull", true}};
        case EngineType::Kind::structure: return struct_of(type);
        case EngineType::Kind::plain: break;
    }
    const auto name =
        std::ranges::find(names, type.name, &std::pair<std::string_view, std::string_view>::first);
    if (name != names.end()) return std::string(name->second);
    return type.name.starts_with("DECIMAL(") ? "decimal" + type.name.substr(7) : "string";
}

Result<EngineType> engine_type(const Json& type);

Result<EngineType> engine_struct(const Json& type) {
    EngineType out{.kind = EngineType::Kind::structure};
    for (const auto& field : type.at("fields")) {
        out.fields.push_back(field.at("name").get<std::string>());
        out.parts.push_back(TRY(engine_type(field.at("type"))));
    }
    return out;
}

Result<EngineType> engine_type(const Json& type) {
    if (type.is_string()) {
        const auto text = type.get<std::string>();
        const auto name =
            std::ranges::find(names, text, &std::pair<std::string_view, std::string_view>::second);
        if (name != names.end()) return EngineType{.name = std::string(name->first)};
        if (text.starts_with("decimal(")) return *parse_engine_type("DECIMAL" + text.substr(7));
        return fail("STG101", "a column has the type '" + text + "', which cannot be read");
    }
    const auto kind = type.at("type").get<std::string>();
    if (kind == "struct") return engine_struct(type);
    EngineType out;
    if (kind == "array") {
        out.kind = EngineType::Kind::list;
        out.parts.push_back(TRY(engine_type(type.at("elementType"))));
    } else if (kind == "map") {
        out.kind = EngineType::Kind::map;
        out.parts.push_back(TRY(engine_type(type.at("keyType"))));
        out.parts.push_back(TRY(engine_type(type.at("valueType"))));
    } else {
        return fail("STG101", "a column has the type '" + kind + "', which cannot be read");
    }
    return out;
}

bool has_timestamp_ntz(const EngineType& type) {
    return type.name == "TIMESTAMP" || std::ranges::any_of(type.parts, has_timestamp_ntz);
}

// What a storable column's text says; a type that is not one is text.
EngineType tree_of(const Column& column) {
    return parse_engine_type(storable_type(column.type)).value_or(EngineType{.name = "VARCHAR"});
}

}  // namespace

Json schema_of(const Columns& columns, const Json* before) {
    Json fields = Json::array();
    for (const auto& column : columns) {
        Json field = field_of(column.name, tree_of(column));
        if (before)
            for (const auto& old : before->at("fields"))
                if (old.at("name") == field["name"] && old.at("type") == field["type"]) field = old;
        fields.push_back(std::move(field));
    }
    return {{"type", "struct"}, {"fields", std::move(fields)}};
}

Result<Columns> columns_of(const Json& schema) {
    const auto type = TRY(engine_struct(schema));
    Columns columns;
    for (std::size_t i = 0; i < type.parts.size(); ++i)
        columns.push_back({type.fields[i], to_string(type.parts[i])});
    return columns;
}

bool needs_timestamp_ntz(const Columns& columns) {
    return std::ranges::any_of(
        columns, [](const Column& column) { return has_timestamp_ntz(tree_of(column)); });
}

}  // namespace ingot::table::delta
