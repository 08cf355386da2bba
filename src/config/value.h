#pragma once
// What a YAML, SQL-header or decorator file says, before anyone knows what it means. Every node knows its place.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/span.h"

namespace ingot::config {

struct Value;
struct Entry;
using List = std::vector<Value>;
using Map = std::vector<Entry>;

struct Value {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> data{};
    Span span{};
    std::string raw{};  // a scalar as it was written, so that 2024-01-01 and 007 can still be text

    bool is_null() const { return std::holds_alternative<std::monostate>(data); }
    const Map* map() const { return std::get_if<Map>(&data); }
    Map* map() { return std::get_if<Map>(&data); }
    const List* list() const { return std::get_if<List>(&data); }
    List* list() { return std::get_if<List>(&data); }
    const std::string* text() const { return std::get_if<std::string>(&data); }
    // The value under a key of a mapping, else nullptr.
    const Value* find(std::string_view key) const;
    Value* find(std::string_view key);
};

struct Entry {
    std::string key;
    Span key_span{};
    Value value{};
};

Value text_value(std::string text, Span span);

// Lays `over` on `under`: mappings merge, everything else replaces, `key+:` appends to a list.
void overlay(Value& under, const Value& over);

// One line of YAML flow style, for describe and messages.
std::string to_flow(const Value& value);
// JSON text, keys in the author's order.
std::string to_json(const Value& value);

}  // namespace ingot::config
