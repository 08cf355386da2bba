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

const Kind* find_kind(std::string_view name) {
    for (const auto* kind : kinds())
        if (kind->name == name) return kind;
    return nullptr;
}

}  // namespace ingot::connector
