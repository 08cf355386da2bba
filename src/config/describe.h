#pragma once
// One declaration of a config struct, read by the binder, the JSON Schema, the reference pages and the fingerprint.
// A struct's describe() names every member once; a member without a row does not compile; defaults are the struct's
// own member initialisers.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "config/value.h"

namespace ingot::config {

enum class Shape {
    boolean,
    integer,
    number,
    string,
    choice,
    list,
    map,
    optional,
    record,
    spanned,
    any
};

struct Type;

struct Member {
    std::string_view name;
    std::string_view doc;
    bool required;
    bool affects_data;
    std::string_view example;
    std::string_view also;  // an older or second spelling
    const Type* type;
    void* (*address)(void* owner);
};

struct Choice {
    std::string_view name;
    int value;  // several names may share one value: the first is the canonical one
};

// How every reader sees a type. All algorithms over Type are ordinary functions, compiled once.
struct Type {
    Shape shape;
    std::string_view name;
    std::string_view doc{};
    std::span<const Member> members{};
    std::span<const Choice> choices{};
    const Type* element = nullptr;
    void* (*emplace)(
        void* object) = nullptr;  // list: append; optional: engage; spanned: inner value
    void* (*emplace_key)(
        void* object, std::string key) = nullptr;  // map: the element under the key
    void (*choose)(void* object, int value) = nullptr;
    int (*chosen)(const void* object) = nullptr;
    void (*place)(void* object, const Span& span) = nullptr;  // spanned: remember where
    std::size_t (*size)(const void* object) = nullptr;  // list, map: elements; optional: 0 or 1
    const void* (*at)(const void* object, std::size_t i) = nullptr;
    const std::string& (*key_at)(const void* object, std::size_t i) = nullptr;  // map
    const void* defaults = nullptr;
};

template <class T>
struct Of {};

// A value that remembers where it was written, for fields that later stages may complain about.
template <class T>
struct Spanned {
    T value{};
    Span span{};
    bool operator==(const Spanned& other) const { return value == other.value; }
};

template <class Owner, class M>
struct Field {
    std::string_view name;
    M Owner::* member;
    std::string_view doc;
    bool is_required = false;
    bool data = true;
    std::string_view sample{};
    std::string_view alias{};
    constexpr Field required() const {
        auto f = *this;
        f.is_required = true;
        return f;
    }
    // Says that a change of this field does not change the table (a description, an owner).
    constexpr Field descriptive() const {
        auto f = *this;
        f.data = false;
        return f;
    }
    constexpr Field example(std::string_view s) const {
        auto f = *this;
        f.sample = s;
        return f;
    }
    constexpr Field also(std::string_view s) const {
        auto f = *this;
        f.alias = s;
        return f;
    }
};

template <class Owner, class M>
constexpr Field<Owner, M> field(std::string_view name, M Owner::* member, std::string_view doc) {
    return {name, member, doc};
}

template <class... F>
struct Record {
    std::string_view name;
    std::string_view doc;
    std::tuple<F...> fields;
};

template <class... F>
constexpr Record<F...> record(std::string_view name, std::string_view doc, F... fields) {
    return {name, doc, {fields...}};
}

// Ordered mapping from names to values: authors' order is kept.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

}  // namespace ingot::config
