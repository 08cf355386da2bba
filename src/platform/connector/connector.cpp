#include "platform/connector/connector.h"

namespace ingot::connector {

#define SOURCE(id) extern const Kind id##_kind;
#include "platform/connector/builtin.inc"
#undef SOURCE

std::span<const Kind* const> kinds() {
    static const Kind* const all[] = {
#define SOURCE(id) &id##_kind,
#include "platform/connector/builtin.inc"
#undef SOURCE
    };
    return all;
}

std::string Settings::declared(std::string_view column) const {
    for (const auto& [of, type] : types)
        if (same_name(of, column)) return type.value;
    return {};
}

bool Settings::is_declared_text(std::string_view column) const {
    const auto type = declared(column);
    return same_name(type, "VARCHAR") || same_name(type, "TEXT") || same_name(type, "STRING");
}

const Kind* find_kind(std::string_view name) {
    for (const auto* kind : kinds())
        if (kind->name == name) return kind;
    return nullptr;
}

}  // namespace ingot::connector
