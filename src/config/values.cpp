#include "config/bind.h"

namespace ingot::config {

namespace {

Value scalar(std::string raw) {
    Value value;
    value.raw = raw;
    value.data = std::move(raw);
    return value;
}

Value list_of(const Type& type, const void* object) {
    Value value;
    List items;
    for (std::size_t i = 0; i < type.size(object); ++i)
        items.push_back(values_of(*type.element, type.at(object, i)));
    value.data = std::move(items);
    return value;
}

Value map_of(const Type& type, const void* object) {
    Value value;
    Map entries;
    for (std::size_t i = 0; i < type.size(object); ++i)
        entries.push_back(
            {type.key_at(object, i), {}, values_of(*type.element, type.at(object, i))});
    value.data = std::move(entries);
    return value;
}

Value record_of(const Type& type, const void* object) {
    Value value;
    Map entries;
    for (const auto& member : type.members) {
        // address() only computes a place; nothing is written through it here.
        const void* place = member.address(const_cast<void*>(object));
        if (member.type->shape == Shape::optional && member.type->size(place) == 0) continue;
        entries.push_back({std::string(member.name), {}, values_of(*member.type, place)});
    }
    value.data = std::move(entries);
    return value;
}

}  // namespace

Value values_of(const Type& type, const void* object) {
    Value value;
    switch (type.shape) {
        case Shape::boolean:
            value = scalar(*static_cast<const bool*>(object) ? "true" : "false");
            value.data = *static_cast<const bool*>(object);
            return value;
        case Shape::integer:
            value = scalar(std::to_string(*static_cast<const std::int64_t*>(object)));
            value.data = *static_cast<const std::int64_t*>(object);
            return value;
        case Shape::number: value.data = *static_cast<const double*>(object); return value;
        case Shape::string: return scalar(*static_cast<const std::string*>(object));
        case Shape::choice:
            for (const auto& choice : type.choices)
                if (choice.value == type.chosen(object)) return scalar(std::string(choice.name));
            return value;
        case Shape::list: return list_of(type, object);
        case Shape::map: return map_of(type, object);
        case Shape::optional:
        case Shape::spanned:
            return type.size(object) ? values_of(*type.element, type.at(object, 0)) : value;
        case Shape::record: return record_of(type, object);
        case Shape::any: return *static_cast<const Value*>(object);
    }
    return value;
}

}  // namespace ingot::config
