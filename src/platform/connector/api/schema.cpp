#include "platform/connector/api/schema.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/suggest.h"

namespace ingot::api {

namespace {

using json::Kind;
using json::Value;

constexpr std::array<std::string_view, 20> keywords{"type", "enum", "const", "required",
    "properties", "additionalProperties", "items", "minItems", "maxItems", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "anyOf", "allOf", "$schema",
    "title", "description"};

bool is_of_type(const Value& value, const std::string& type) {
    if (type == "integer")
        return value.kind() == Kind::number && value.number() == std::floor(value.number());
    return to_string(value.kind()) == type;
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

class Checking {
public:
    std::string check(const Value& value, const Value& schema, const std::string& place) const {
        if (schema.kind() == Kind::boolean)
            return schema.boolean() ? "" : at(place) + "may not be there";
        for (const auto& [word, given] : schema.members())
            if (auto found = keyword(word, given, value, schema, place); !found.empty())
                return found;
        return {};
    }

private:
    static std::string at(const std::string& place) {
        return place.empty() ? "the answer " : place + " ";
    }

    std::string keyword(const std::string& word, const Value& given, const Value& value,
        const Value& schema, const std::string& place) const {
        if (word == "type") return type(given, value, place);
        if (word == "enum" || word == "const") {
            const auto allowed = word == "const" ? json::Items{given} : given.items();
            return std::ranges::find(allowed, value) != allowed.end()
                       ? ""
                       : at(place) + "is " + value.written() + ", not " + given.written();
        }
        if (word == "anyOf") {
            std::string first;
            for (const auto& one : given.items()) {
                auto found = check(value, one, place);
                if (found.empty()) return {};
                if (first.empty()) first = std::move(found);
            }
            return first;
        }
        if (word == "allOf") {
            for (const auto& one : given.items())
                if (auto found = check(value, one, place); !found.empty()) return found;
            return {};
        }
        if (value.kind() == Kind::object) return of_object(word, given, value, schema, place);
        if (value.kind() == Kind::list) return of_list(word, given, value, place);
        return of_scalar(word, given.number(), value, place);
    }

    static std::string type(const Value& given, const Value& value, const std::string& place) {
        const auto types = given.kind() == Kind::list ? given.items() : json::Items{given};
        for (const auto& type : types)
            if (is_of_type(value, type.text())) return {};
        return at(place) + "is " + std::string(to_string(value.kind())) + ", not " +
               given.written();
    }

    std::string of_object(const std::string& word, const Value& given, const Value& value,
        const Value& schema, const std::string& place) const {
        const auto below = [&](const std::string& key) {
            return place.empty() ? key : place + "." + key;
        };
        if (word == "required") {
            for (const auto& key : given.items())
                if (!value.member(key.text())) return below(key.text()) + " is missing";
        } else if (word == "properties") {
            for (const auto& [key, one] : given.members())
                if (const auto member = value.member(key))
                    if (auto found = check(*member, one, below(key)); !found.empty()) return found;
        } else if (word == "additionalProperties") {
            const auto known = schema.member("properties");
            for (const auto& [key, member] : value.members())
                if (!known || !known->member(key))
                    if (auto found = check(member, given, below(key)); !found.empty()) return found;
        }
        return {};
    }

    std::string of_list(const std::string& word, const Value& given, const Value& value,
        const std::string& place) const {
        const auto items = value.items();
        const auto size = static_cast<double>(items.size());
        if (word == "items") {
            for (std::size_t i = 0; i < items.size(); ++i)
                if (auto found = check(items[i], given, place + "[" + std::to_string(i) + "]");
                    !found.empty())
                    return found;
        } else if ((word == "minItems" && size < given.number()) ||
                   (word == "maxItems" && size > given.number())) {
            return at(place) + "has " + std::to_string(items.size()) + " elements, against " +
                   word + " " + given.written();
        }
        return {};
    }

    static std::string of_scalar(
        const std::string& word, double given, const Value& value, const std::string& place) {
        const bool is_number = value.kind() == Kind::number, is_text = value.kind() == Kind::string;
        const auto number = value.number();
        const auto length = is_text ? static_cast<double>(characters(value.text())) : 0;
        const bool is_wrong = (is_number && word == "minimum" && number < given) ||
                              (is_number && word == "maximum" && number > given) ||
                              (is_number && word == "exclusiveMinimum" && number <= given) ||
                              (is_number && word == "exclusiveMaximum" && number >= given) ||
                              (is_text && word == "minLength" && length < given) ||
                              (is_text && word == "maxLength" && length > given);
        return is_wrong ? at(place) + "is " + value.written() + ", against " + word : "";
    }
};

}  // namespace

void check_schema(const config::Value& schema, Diagnostics& diagnostics) {
    if (!schema.map()) return;
    for (const auto& entry : *schema.map()) {
        if (std::ranges::find(keywords, entry.key) == keywords.end())
            diagnostics.error("CFG101",
                "unknown option '" + entry.key + "' in response_schema" +
                    did_you_mean(
                        entry.key, std::vector<std::string>(keywords.begin(), keywords.end())),
                entry.key_span);
        if (entry.key == "properties" && entry.value.map())
            for (const auto& property : *entry.value.map())
                check_schema(property.value, diagnostics);
        if (entry.key == "items" || entry.key == "additionalProperties")
            check_schema(entry.value, diagnostics);
        if ((entry.key == "anyOf" || entry.key == "allOf") && entry.value.list())
            for (const auto& one : *entry.value.list()) check_schema(one, diagnostics);
    }
}

std::string mismatch(const Value& value, const Value& schema) {
    return Checking().check(value, schema, "");
}

}  // namespace ingot::api
