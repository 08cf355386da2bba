#include "config/bind.h"

#include <algorithm>
#include <charconv>

#include "base/suggest.h"

namespace ingot::config {

namespace {

std::string said(const Value& value) {
    if (value.map()) return "a mapping";
    if (value.list()) return "a list";
    if (value.is_null()) return "nothing";
    return "'" + value.raw + "'";
}

void mismatch(std::string_view wanted, const Value& value, Diagnostics& out) {
    out.error("CFG102", "expected " + std::string(wanted) + ", not " + said(value), value.span);
}

bool takes_number(const Type& type) {
    const auto* inner = &type;
    while (inner->shape == Shape::optional || inner->shape == Shape::spanned)
        inner = inner->element;
    return inner->shape == Shape::integer || inner->shape == Shape::number;
}

// A single value where a mapping is wanted is most often its one option that has to be there.
void no_mapping(const Type& type, const Value& value, Diagnostics& out) {
    std::string advice;
    const auto is_needed = [](const Member& member) { return member.required; };
    const bool is_number = std::holds_alternative<std::int64_t>(value.data) ||
                           std::holds_alternative<double>(value.data);
    if (is_number && !type.members.empty() && takes_number(*type.members.front().type))
        advice = "; write {" + std::string(type.members.front().name) + ": " + value.raw + "}";
    else if (!value.list() && std::ranges::count_if(type.members, is_needed) == 1)
        advice = "; write {" + std::string(std::ranges::find_if(type.members, is_needed)->name) +
                 ": " + value.raw + "}";
    out.error("CFG102",
        "expected a mapping for " + std::string(type.name) + ", not " + said(value) + advice,
        value.span);
}

// An option one mapping too high: where it belongs.
std::string belongs_to(const Type& type, const std::string& key) {
    for (const auto& member : type.members) {
        const auto* inner = member.type;
        while (inner->shape == Shape::optional || inner->shape == Shape::spanned)
            inner = inner->element;
        if (inner->shape == Shape::record &&
            std::ranges::any_of(inner->members, [&](const Member& m) { return m.name == key; }))
            return "; it stands under " + std::string(member.name) + ": {" + key + ": …}";
    }
    return {};
}

void bind_record(const Type& type, const Value& value, void* into, Diagnostics& out) {
    static const Map none;
    const auto* map = value.map();
    if (!map && !value.is_null()) return no_mapping(type, value, out);
    std::vector<bool> seen(type.members.size());
    for (const auto& entry : map ? *map : none) {
        const auto it = std::ranges::find_if(type.members, [&](const Member& m) {
            return m.name == entry.key || (!m.also.empty() && m.also == entry.key);
        });
        if (it == type.members.end()) {
            std::vector<std::string> names;
            for (const auto& member : type.members) names.emplace_back(member.name);
            const auto place = belongs_to(type, entry.key);
            out.error("CFG101",
                "unknown option '" + entry.key + "' in " + std::string(type.name) +
                    (place.empty() ? did_you_mean(entry.key, names) : place),
                entry.key_span);
            continue;
        }
        seen[static_cast<std::size_t>(it - type.members.begin())] = true;
        bind(*it->type, entry.value, it->address(into), out);
    }
    for (std::size_t i = 0; i < type.members.size(); ++i)
        if (!seen[i] && type.members[i].required)
            out.error("CFG103",
                "missing option '" + std::string(type.members[i].name) + "' in " +
                    std::string(type.name),
                value.span);
}

// null may be one of the words, as in otherwise: null.
bool takes_null(const Type& type) {
    return type.shape == Shape::choice &&
           std::ranges::any_of(type.choices, [](const Choice& c) { return c.name == "null"; });
}

void bind_choice(const Type& type, const Value& value, void* into, Diagnostics& out) {
    std::vector<std::string> names;
    for (const auto& choice : type.choices) {
        const auto word = value.is_null() ? std::string_view("null") : std::string_view(value.raw);
        if (!value.map() && !value.list() && choice.name == word)
            return type.choose(into, choice.value);
        names.emplace_back(choice.name);
    }
    if (value.map() || value.list() || value.is_null()) return mismatch("a word", value, out);
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    out.error("CFG104", "'" + value.raw + "' is not one of " + all + did_you_mean(value.raw, names),
        value.span);
}

void bind_number(const Value& value, double* into, Diagnostics& out) {
    if (const auto* d = std::get_if<double>(&value.data))
        *into = *d;
    else if (const auto* i = std::get_if<std::int64_t>(&value.data))
        *into = static_cast<double>(*i);
    else
        mismatch("a number", value, out);
}

void bind_text(const Value& value, std::string* into, Diagnostics& out) {
    if (value.map() || value.list() || value.is_null()) return mismatch("text", value, out);
    *into = value.raw;
}

void bind_list(const Type& type, const Value& value, void* into, Diagnostics& out) {
    if (const auto* items = value.list()) {
        for (const auto& item : *items) bind(*type.element, item, type.emplace(into), out);
    } else if (!value.is_null()) {  // one is a list of one
        bind(*type.element, value, type.emplace(into), out);
    }
}

void bind_map(const Type& type, const Value& value, void* into, Diagnostics& out) {
    if (value.is_null()) return;
    const auto* map = value.map();
    if (!map) return mismatch("a mapping", value, out);
    for (const auto& entry : *map)
        bind(*type.element, entry.value, type.emplace_key(into, entry.key), out);
}

}  // namespace

void bind(const Type& type, const Value& value, void* into, Diagnostics& out) {
    switch (type.shape) {
        case Shape::boolean:
            if (const auto* b = std::get_if<bool>(&value.data))
                *static_cast<bool*>(into) = *b;
            else
                mismatch("true or false", value, out);
            return;
        case Shape::integer:
            if (const auto* i = std::get_if<std::int64_t>(&value.data))
                *static_cast<std::int64_t*>(into) = *i;
            else
                mismatch("a whole number", value, out);
            return;
        case Shape::number: return bind_number(value, static_cast<double*>(into), out);
        case Shape::string: return bind_text(value, static_cast<std::string*>(into), out);
        case Shape::choice: return bind_choice(type, value, into, out);
        case Shape::list: return bind_list(type, value, into, out);
        case Shape::map: return bind_map(type, value, into, out);
        case Shape::optional:
            if (!value.is_null() || takes_null(*type.element))
                bind(*type.element, value, type.emplace(into), out);
            return;
        case Shape::record: return bind_record(type, value, into, out);
        case Shape::spanned:
            type.place(into, value.span);
            return bind(*type.element, value, type.emplace(into), out);
        case Shape::any: *static_cast<Value*>(into) = value; return;
    }
}

}  // namespace ingot::config
