#pragma once
// From a described struct to its Type, once per struct.
#include <tuple>
#include <type_traits>
#include <utility>

#include "config/describe.h"

namespace ingot::config {

template <class T>
const Type& type_of();

namespace detail {

// The number of members of an aggregate, found by trying how many initialisers it takes.
struct Anything {
    template <class T>
    operator T() const;  // never defined: only asked about
};
template <class T, class... A>
consteval std::size_t member_count() {
    if constexpr (requires { T{A{}..., Anything{}}; })
        return member_count<T, A..., Anything>();
    else
        return sizeof...(A);
}

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsSpanned : std::false_type {};
template <class T>
struct IsSpanned<Spanned<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::vector<std::pair<std::string, T>>> : std::true_type {};

template <class T, std::size_t I>
void* address_of(void* owner) {
    constexpr auto f = std::get<I>(describe(Of<T>{}).fields);
    return &(static_cast<T*>(owner)->*f.member);
}
template <class O, class M>
M member_type(M O::*);

template <class T, std::size_t... I>
const Type& record_type(std::index_sequence<I...>) {
    static constexpr auto d = describe(Of<T>{});
    static const Member members[] = {Member{std::get<I>(d.fields).name, std::get<I>(d.fields).doc,
        std::get<I>(d.fields).is_required, std::get<I>(d.fields).data, std::get<I>(d.fields).sample,
        std::get<I>(d.fields).alias,
        &type_of<decltype(member_type(std::get<I>(d.fields).member))>(), &address_of<T, I>}...};
    static const T defaults{};
    static const Type type{.shape = Shape::record,
        .name = d.name,
        .doc = d.doc,
        .members = members,
        .defaults = &defaults};
    return type;
}

}  // namespace detail

template <class T>
const Type& type_of() {
    using namespace detail;
    if constexpr (std::is_same_v<T, bool>) {
        static const Type t{Shape::boolean, "true or false"};
        return t;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        static const Type t{Shape::integer, "whole number"};
        return t;
    } else if constexpr (std::is_same_v<T, double>) {
        static const Type t{Shape::number, "number"};
        return t;
    } else if constexpr (std::is_same_v<T, std::string>) {
        static const Type t{Shape::string, "text"};
        return t;
    } else if constexpr (std::is_same_v<T, Value>) {
        static const Type t{Shape::any, "anything"};
        return t;
    } else if constexpr (std::is_enum_v<T>) {
        static const Type t{.shape = Shape::choice,
            .name = "one of",
            .choices = choices(Of<T>{}),
            .choose = [](void* o, int v) { *static_cast<T*>(o) = static_cast<T>(v); },
            .chosen = [](const void* o) { return static_cast<int>(*static_cast<const T*>(o)); }};
        return t;
    } else if constexpr (IsSpanned<T>::value) {
        static const Type t{.shape = Shape::spanned,
            .name = "spanned",
            .element = &type_of<decltype(T::value)>(),
            .emplace = [](void* o) -> void* { return &static_cast<T*>(o)->value; },
            .place = [](void* o, const Span& s) { static_cast<T*>(o)->span = s; },
            .size = [](const void*) -> std::size_t { return 1; },
            .at = [](const void* o, std::size_t) -> const void* {
                return &static_cast<const T*>(o)->value;
            }};
        return t;
    } else if constexpr (IsMap<T>::value) {
        static const Type t{.shape = Shape::map,
            .name = "mapping",
            .element = &type_of<typename T::value_type::second_type>(),
            .emplace_key = [](void* o, std::string key) -> void* {
                return &static_cast<T*>(o)
                            ->emplace_back(std::move(key), typename T::value_type::second_type{})
                            .second;
            },
            .size = [](const void* o) { return static_cast<const T*>(o)->size(); },
            .at = [](const void* o, std::size_t i) -> const void* {
                return &(*static_cast<const T*>(o))[i].second;
            },
            .key_at = [](const void* o, std::size_t i) -> const std::string& {
                return (*static_cast<const T*>(o))[i].first;
            }};
        return t;
    } else if constexpr (IsVector<T>::value) {
        static const Type t{.shape = Shape::list,
            .name = "list",
            .element = &type_of<typename T::value_type>(),
            .emplace = [](void* o) -> void* { return &static_cast<T*>(o)->emplace_back(); },
            .size = [](const void* o) { return static_cast<const T*>(o)->size(); },
            .at = [](const void* o, std::size_t i) -> const void* {
                return &(*static_cast<const T*>(o))[i];
            }};
        return t;
    } else if constexpr (IsOptional<T>::value) {
        static const Type t{.shape = Shape::optional,
            .name = "optional",
            .element = &type_of<typename T::value_type>(),
            .emplace = [](void* o) -> void* { return &static_cast<T*>(o)->emplace(); },
            .size = [](const void* o) -> std::size_t {
                return static_cast<const T*>(o)->has_value() ? 1 : 0;
            },
            .at = [](const void* o, std::size_t) -> const void* {
                return &**static_cast<const T*>(o);
            }};
        return t;
    } else {
        using Fields = decltype(describe(Of<T>{}).fields);
        static_assert(member_count<T>() == std::tuple_size_v<Fields>,
            "describe() leaves out a member of this struct");
        return record_type<T>(std::make_index_sequence<std::tuple_size_v<Fields>>{});
    }
}

}  // namespace ingot::config
