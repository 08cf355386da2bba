#pragma once
// The engine's spelling of a type as a tree: "STRUCT(a BIGINT, b VARCHAR[])".
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::table {

struct EngineType {
    enum class Kind { plain, list, structure, map };
    Kind kind = Kind::plain;
    std::string name{};                 // plain: upper case, with arguments as in DECIMAL(12,2)
    std::vector<EngineType> parts{};    // list: element; structure: fields; map: key and value
    std::vector<std::string> fields{};  // structure: names beside parts
};

std::optional<EngineType> parse_engine_type(std::string_view text);
// As the engine reads it; field names are always quoted.
std::string to_string(const EngineType& type);

}  // namespace ingot::table
