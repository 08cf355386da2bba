#pragma once
// The readers of a described type: from a Value into a struct, to JSON Schema, to a reference page.
#include <string>

#include "base/diagnostics.h"
#include "config/type_of.h"

namespace ingot::config {

// Sets what `value` says, leaves the rest at its defaults, reports every mistake with its place.
void bind(const Type& type, const Value& value, void* into, Diagnostics& diagnostics);

template <class T>
T bind(const Value& value, Diagnostics& diagnostics) {
    T out{};
    config::bind(type_of<T>(), value, &out, diagnostics);  // unqualified, it could be std::bind
    return out;
}

// What the struct holds, defaults included; a value that no author wrote has no place. Unset options are left out.
Value values_of(const Type& type, const void* object);

template <class T>
Value values_of(const T& object) {
    return values_of(type_of<T>(), &object);
}

// JSON Schema (2020-12) of the type, as JSON text.
std::string json_schema(const Type& type);

// A Markdown section per record: name, meaning, table of its options, nested records after it.
std::string reference(const Type& type);

}  // namespace ingot::config
