#include "platform/connector/api/schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/suggest.h"
#include "platform/connector/api/text_rules.h"

namespace ingot::api {

namespace {

using json::Kind;
using json::Value;

constexpr std::array<std::string_view, 46> keywords{"type", "enum", "const", "required",
    "properties", "additionalProperties", "items", "minItems", "maxItems", "minProperties",
    "maxProperties", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength",
    "maxLength", "pattern", "format", "multipleOf", "patternProperties", "propertyNames",
    "dependentRequired", "contains", "prefixItems", "uniqueItems", "if", "then", "else", "anyOf",
    "allOf", "oneOf", "not", "$ref", "$defs", "definitions",
    // These say nothing that could be wrong.
    "$schema", "$id", "$comment", "title", "description", "default", "examples", "readOnly",
    "deprecated"};
// Schemas that refer to themselves end with the answer; one that is nothing but itself does not.
constexpr int deepest = 500;

bool is_of_type(const Value& value, const std::string& type) {
    if (type == "integer")
        return value.kind() == Kind::number && value.number() == std::floor(value.number());
    return to_string(value.kind()) == type;
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

// "#/$defs/order": what stands there in the schema.
std::optional<Value> referred(const Value& root, std::string_view reference) {
    if (!reference.starts_with('#')) return std::nullopt;
    reference.remove_prefix(1);
    std::optional<Value> found = root;
    while (found && !reference.empty()) {
        const auto end = std::min(reference.find('/', 1), reference.size());
        std::string key;
        for (auto part = reference.substr(1, end - 1); !part.empty(); part.remove_prefix(1)) {
            const bool is_escaped = part.size() > 1 && part[0] == '~';
            key += is_escaped ? (part[1] == '1' ? '/' : '~') : part[0];
            if (is_escaped) part.remove_prefix(1);
        }
        found = found->member(key);
        reference.remove_prefix(end);
    }
    return found;
}

class Checking {
public:
    explicit Checking(const Value& root) : root_(root) {}

    std::string check(
        const Value& value, const Value& schema, const std::string& place, int depth = 0) const {
        if (depth > deepest) return at(place) + "is deeper than a schema can follow";
        return Checking(root_, depth + 1).look(value, schema, place);
    }

private:
    Checking(const Value& root, int depth) : root_(root), depth_(depth) {}

    std::string look(const Value& value, const Value& schema, const std::string& place) const {
        if (schema.kind() == Kind::boolean)
            return schema.boolean() ? "" : at(place) + "may not be there";
        for (const auto& [word, given] : schema.members())
            if (auto found = keyword(word, given, value, schema, place); !found.empty())
                return found;
        return {};
    }

    std::string check_below(
        const Value& value, const Value& schema, const std::string& place) const {
        return check(value, schema, place, depth_);
    }

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
                auto found = check_below(value, one, place);
                if (found.empty()) return {};
                if (first.empty()) first = std::move(found);
            }
            return first;
        }
        if (word == "allOf") {
            for (const auto& one : given.items())
                if (auto found = check_below(value, one, place); !found.empty()) return found;
            return {};
        }
        if (word == "oneOf") {
            const auto met = std::ranges::count_if(given.items(),
                [&](const Value& one) { return check_below(value, one, place).empty(); });
            return met == 1 ? ""
                            : at(place) + "meets " + std::to_string(met) + " of oneOf, not one";
        }
        if (word == "not")
            return check_below(value, given, place).empty() ? at(place) + "meets what it must not"
                                                            : "";
        if (word == "if") {
            const auto then =
                schema.member(check_below(value, given, place).empty() ? "then" : "else");
            return then ? check_below(value, *then, place) : "";
        }
        if (word == "$ref") {
            const auto found = referred(root_, given.text());
            return found ? check_below(value, *found, place) : "";
        }
        if (value.kind() == Kind::object) return of_object(word, given, value, schema, place);
        if (value.kind() == Kind::list) return of_list(word, given, value, schema, place);
        if (value.kind() == Kind::string) return of_text(word, given, value, place);
        return of_number(word, given.number(), value, place);
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
                    if (auto found = check_below(*member, one, below(key)); !found.empty())
                        return found;
        } else if (word == "minProperties" || word == "maxProperties") {
            const auto size = static_cast<double>(value.members().size());
            if (word == "minProperties" ? size < given.number() : size > given.number())
                return at(place) + "has " + std::to_string(value.members().size()) +
                       " members, against " + word + " " + given.written();
        } else if (word == "additionalProperties") {
            const auto known = schema.member("properties");
            const auto patterns = schema.member("patternProperties");
            for (const auto& [key, member] : value.members())
                if (!(known && known->member(key)) && !(patterns && is_of_pattern(key, *patterns)))
                    if (auto found = check_below(member, given, below(key)); !found.empty())
                        return found;
        } else if (word == "patternProperties") {
            for (const auto& [pattern, one] : given.members())
                for (const auto& [key, member] : value.members())
                    if (is_found(pattern, key))
                        if (auto found = check_below(member, one, below(key)); !found.empty())
                            return found;
        } else if (word == "propertyNames") {
            for (const auto& [key, member] : value.members())
                if (auto found = check_below(Value::of(key), given, "the name " + below(key));
                    !found.empty())
                    return found;
        } else if (word == "dependentRequired") {
            for (const auto& [key, others] : given.members())
                for (const auto& other : others.items())
                    if (value.member(key) && !value.member(other.text()))
                        return below(other.text()) + " is missing beside " + key;
        }
        return {};
    }

    static bool is_of_pattern(const std::string& key, const Value& patterns) {
        return std::ranges::any_of(
            patterns.members(), [&](const auto& one) { return is_found(one.first, key); });
    }

    std::string of_list(const std::string& word, const Value& given, const Value& value,
        const Value& schema, const std::string& place) const {
        const auto items = value.items();
        const auto size = static_cast<double>(items.size());
        if (word == "items" || word == "prefixItems") {
            const auto prefix = schema.member("prefixItems");
            const auto first = prefix ? prefix->items() : json::Items{};
            const bool is_first = word == "prefixItems";
            for (std::size_t i = is_first ? 0 : first.size();
                i < std::min(items.size(), is_first ? first.size() : items.size()); ++i)
                if (auto found = check_below(items[i], is_first ? first[i] : given,
                        place + "[" + std::to_string(i) + "]");
                    !found.empty())
                    return found;
        } else if (word == "uniqueItems" && given.boolean()) {
            std::map<std::string, std::size_t> seen;
            for (std::size_t i = 0; i < items.size(); ++i)
                if (const auto [other, is_new] = seen.try_emplace(spelled(items[i]), i); !is_new)
                    return place + "[" + std::to_string(i) + "] is what [" +
                           std::to_string(other->second) + "] is, against uniqueItems";
        } else if (word == "contains") {
            const bool is_met = std::ranges::any_of(
                items, [&](const Value& item) { return check_below(item, given, place).empty(); });
            if (!is_met) return at(place) + "has no element that contains: describes";
        } else if ((word == "minItems" && size < given.number()) ||
                   (word == "maxItems" && size > given.number())) {
            return at(place) + "has " + std::to_string(items.size()) + " elements, against " +
                   word + " " + given.written();
        }
        return {};
    }

    // The same for equal values, however they were written.
    static std::string spelled(const Value& value) {
        const bool is_whole = value.source().find_first_not_of("-0123456789") == std::string::npos;
        if (value.kind() == Kind::number)
            return is_whole ? value.written() : Value::of(value.number()).written();
        if (value.kind() == Kind::string) return Value::of(value.text()).written();
        std::string out(to_string(value.kind()));
        for (const auto& item : value.items()) (out += ' ') += spelled(item);
        auto members = value.members();
        std::ranges::sort(members, {}, &json::Members::value_type::first);
        for (const auto& [key, member] : members)
            (((out += ' ') += Value::of(key).written()) += ' ') += spelled(member);
        if (value.kind() == Kind::boolean) out += value.boolean() ? " true" : " false";
        return out + ".";
    }

    static std::string of_text(
        const std::string& word, const Value& given, const Value& value, const std::string& place) {
        const auto text = value.text();
        const auto is = at(place) + "is " + value.written();
        if (word == "pattern")
            return is_found(given.text(), text) ? "" : is + ", against pattern " + given.written();
        if (word == "format")
            return is_of_format(text, given.text()) ? "" : is + ", which is no " + given.text();
        const auto length = static_cast<double>(characters(text));
        const bool is_wrong = (word == "minLength" && length < given.number()) ||
                              (word == "maxLength" && length > given.number());
        return is_wrong ? is + ", against " + word : "";
    }

    static std::string of_number(
        const std::string& word, double given, const Value& value, const std::string& place) {
        if (value.kind() != Kind::number) return {};
        const auto number = value.number();
        const bool is_wrong = (word == "minimum" && number < given) ||
                              (word == "maximum" && number > given) ||
                              (word == "exclusiveMinimum" && number <= given) ||
                              (word == "exclusiveMaximum" && number >= given) ||
                              (word == "multipleOf" && !is_multiple(number, given));
        return is_wrong ? at(place) + "is " + value.written() + ", against " + word : "";
    }

    // 0.3 is three times 0.1, whatever binary fractions make of them.
    static bool is_multiple(double number, double of) {
        const auto times = number / of;
        return std::abs(times - std::round(times)) <= 1e-9 * std::max(1.0, std::abs(times));
    }

    const Value& root_;
    int depth_ = 0;
};

void check_text_rules(const config::Entry& entry, Diagnostics& diagnostics) {
    const auto check_pattern = [&](const std::string& pattern, const Span& where) {
        if (const auto wrong = wrong_with_pattern(pattern); !wrong.empty())
            diagnostics.error("CFG102",
                entry.key + ": '" + pattern + "' is no regular expression that RE2 takes: " + wrong,
                where);
    };
    if (entry.key == "pattern") check_pattern(entry.value.raw, entry.value.span);
    if (entry.key == "patternProperties" && entry.value.map())
        for (const auto& one : *entry.value.map()) check_pattern(one.key, one.key_span);
    const auto& format = entry.value.raw;
    if (entry.key == "format" && std::ranges::find(formats(), format) == formats().end())
        diagnostics.error("CFG104",
            "format: '" + format + "' is not one of those that are checked" +
                did_you_mean(format, std::vector<std::string>(formats().begin(), formats().end())) +
                "; pattern: says what a text is like",
            entry.value.span);
}

void check_words(const config::Value& schema, const Value& root, Diagnostics& diagnostics) {
    if (!schema.map()) return;
    constexpr std::array named{"properties", "patternProperties", "$defs", "definitions"};
    constexpr std::array single{
        "items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"};
    for (const auto& entry : *schema.map()) {
        if (std::ranges::find(keywords, entry.key) == keywords.end())
            diagnostics.error("CFG101",
                "unknown option '" + entry.key + "' in response_schema" +
                    did_you_mean(
                        entry.key, std::vector<std::string>(keywords.begin(), keywords.end())),
                entry.key_span);
        if (entry.key == "$ref" && !referred(root, entry.value.raw))
            diagnostics.error("CFG102",
                "$ref: '" + entry.value.raw +
                    "' leads nowhere in this schema; write #/$defs/NAME, and NAME under $defs",
                entry.value.span);
        check_text_rules(entry, diagnostics);
        if (std::ranges::find(named, entry.key) != named.end() && entry.value.map())
            for (const auto& one : *entry.value.map()) check_words(one.value, root, diagnostics);
        if (std::ranges::find(single, entry.key) != single.end())
            check_words(entry.value, root, diagnostics);
        if ((entry.key.ends_with("Of") || entry.key == "prefixItems") && entry.value.list())
            for (const auto& one : *entry.value.list()) check_words(one, root, diagnostics);
    }
}

}  // namespace

void check_schema(const config::Value& schema, Diagnostics& diagnostics) {
    const auto text = config::to_json(schema);
    check_words(schema, json::parse(text).value_or(Value()), diagnostics);
}

std::string mismatch(const Value& value, const Value& schema) {
    return Checking(schema).check(value, schema, "");
}

}  // namespace ingot::api
