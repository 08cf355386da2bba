#include <nlohmann/json.hpp>
#include <set>

#include "config/bind.h"

namespace ingot::config {

namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const Type& type) {
    switch (type.shape) {
        case Shape::boolean: return {{"type", "boolean"}};
        case Shape::integer: return {{"type", "integer"}};
        case Shape::number: return {{"type", "number"}};
        case Shape::string: return {{"type", {"string", "number", "boolean"}}};
        case Shape::choice: {
            auto names = Json::array();
            for (const auto& choice : type.choices) names.push_back(choice.name);
            return {{"enum", names}};
        }
        case Shape::list: {
            const auto item = schema_of(*type.element);
            return {{"anyOf", {{{"type", "array"}, {"items", item}}, item}}};
        }
        case Shape::map:
            return {{"type", "object"}, {"additionalProperties", schema_of(*type.element)}};
        case Shape::optional:
        case Shape::spanned: return schema_of(*type.element);
        case Shape::any: return Json::object();
        case Shape::record: break;
    }
    auto properties = Json::object();
    auto required = Json::array();
    for (const auto& member : type.members) {
        auto property = schema_of(*member.type);
        property["description"] = member.doc;
        if (!member.example.empty()) property["examples"] = {member.example};
        properties[std::string(member.name)] = property;
        if (member.required) required.push_back(member.name);
    }
    Json out{{"type", "object"}, {"description", type.doc}, {"additionalProperties", false},
        {"properties", properties}};
    if (!required.empty()) out["required"] = required;
    return out;
}

const Type& innermost(const Type& type) {
    const Type* t = &type;
    while (t->element) t = t->element;
    return *t;
}

std::string spelled(const Type& type) {
    switch (type.shape) {
        case Shape::list: return "list of " + spelled(*type.element);
        case Shape::map: return "mapping of names to " + spelled(*type.element);
        case Shape::optional:
        case Shape::spanned: return spelled(*type.element);
        case Shape::choice: {
            std::string out;
            for (const auto& choice : type.choices)
                out += (out.empty() ? "`" : ", `") + std::string(choice.name) + "`";
            return out;
        }
        default: return std::string(type.name);
    }
}

// What an option is when nobody says anything; nothing for what is absent or empty then.
std::string default_of(const Member& member, const Value& defaults) {
    if (member.required) return "required";
    const auto* value = defaults.find(member.name);
    if (!value) return "";
    if (const auto* number = std::get_if<double>(&value->data))
        return "`" + Json(*number).dump() + "`";
    return value->raw.empty() ? "" : "`" + value->raw + "`";
}

void write_section(const Type& type, std::set<std::string_view>& written, std::string& page) {
    if (!written.insert(type.name).second) return;
    page += "## " + std::string(type.name) + "\n\n" + std::string(type.doc) + "\n\n";
    page += "| option | takes | default | meaning |\n|---|---|---|---|\n";
    const auto defaults = values_of(type, type.defaults);
    for (const auto& member : type.members) {
        page += "| `" + std::string(member.name) + "` | " + spelled(*member.type) + " | " +
                default_of(member, defaults) + " | " + std::string(member.doc);
        if (!member.example.empty()) page += " Example: `" + std::string(member.example) + "`.";
        page += " |\n";
    }
    page += "\n";
    for (const auto& member : type.members)
        if (innermost(*member.type).shape == Shape::record)
            write_section(innermost(*member.type), written, page);
}

}  // namespace

std::string json_schema(const Type& type) { return schema_of(type).dump(); }

std::string reference(const Type& type) {
    std::set<std::string_view> written;
    std::string page;
    write_section(type, written, page);
    return page;
}

}  // namespace ingot::config
