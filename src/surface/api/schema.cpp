#include "surface/api/schema.h"

#include <nlohmann/json.hpp>

#include "base/code.h"
#include "config/bind.h"
#include "project/project.h"
#include "surface/api/foundry_schema.h"

namespace ingot::api {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json schema_of() {
    return Json::parse(config::json_schema(config::type_of<T>()));
}

// A model's YAML file, or what its decorators say together: the layer's options, and the words all datasets share.
Json model_schema() {
    const Json text{{"type", "string"}};
    const Json words{{"anyOf", {{{"type", "array"}, {"items", text}}, text}}};
    Json properties{{"silver", schema_of<SilverSpec>()}, {"gold", schema_of<GoldSpec>()}};
    properties["expect"] = {{"type", "object"}, {"additionalProperties", schema_of<RuleSpec>()}};
    for (const auto* name : {"name", "owner", "description", "sql", "from"})
        properties[name] = text;
    properties["tags"] = words;
    properties["depends_on"] = words;
    properties["disabled"] = {{"type", "boolean"}};
    return {{"type", "object"}, {"properties", properties}};
}

// A connection is one of the kinds'; a table may have what belongs to any of them, and the program says which.
Json source_schema() {
    auto source = schema_of<SourceSpec>();
    auto& connection = source["properties"]["connection"];
    Json choices = Json::array({connection});
    auto& tables = source["properties"]["tables"]["anyOf"];  // a list, or one alone
    for (const auto* kind : connector::kinds()) {
        auto one = Json::parse(config::json_schema(kind->connection.type()));
        one["properties"]["type"] = {{"const", kind->name}};
        one["required"].push_back("type");
        choices.push_back(std::move(one));
        const auto own = Json::parse(config::json_schema(kind->table.type()));
        for (auto& form : tables) {
            auto& options = (form.contains("items") ? form["items"] : form)["properties"];
            for (const auto& [name, schema] : own["properties"].items())
                if (!options.contains(name)) options[name] = schema;
        }
    }
    connection = {{"anyOf", std::move(choices)}};
    return source;
}

std::string source_reference() {
    std::string page = config::reference(config::type_of<SourceSpec>());
    for (const auto* kind : connector::kinds()) {
        page += config::reference(kind->connection.type());
        page += config::reference(kind->table.type());
    }
    return page;
}

Json kind_schema(const std::string& kind) {
    if (kind == "project") return schema_of<ProjectSpec>();
    if (kind == "source") return source_schema();
    if (kind == "model" || kind == "defaults") return model_schema();
    if (kind == "foundry") return foundry_schema();
    return nullptr;
}

Json titled(const std::string& kind, Json schema) {
    Json out{
        {"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "ingot " + kind}};
    out.update(schema);
    return out;
}

std::string codes_page() {
    std::string page =
        "# Codes\n\nGenerated from the program; do not edit. `ingot explain CODE` prints the same.\n\n| code | exit | what | what to do |\n|---|---|---|---|\n";
    for (const auto& entry : code_table())
        page += "| " + std::string(entry.id) + " | " + std::to_string(entry.exit_status) + " | " +
                std::string(entry.title) + " | " + std::string(entry.help) + " |\n";
    return page;
}

constexpr std::string_view reference_index =
    "# Reference\n\nGenerated from the program, which compares these pages with itself in `./dev check`. Do not edit them: change the "
    "descriptions in the source and run `ingot describe --reference docs/reference`.\n\n"
    "| page | |\n|---|---|\n"
    "| [commands](commands.md) | every command and option |\n"
    "| [project](project.md) | `ingot.yml` |\n"
    "| [sources](sources.md) | `sources/*.yml` |\n"
    "| [silver](silver.md), [gold](gold.md) | models |\n"
    "| [rules](rules.md) | expectations |\n"
    "| [foundry](foundry.md) | configurations of the medallion-foundry |\n"
    "| [codes](codes.md) | what can go wrong, and what to do |\n\n"
    "The grammar of selections is in the [guide](../guide/running.md#selection).\n";

}  // namespace

std::vector<std::string> file_kinds() {
    return {"project", "source", "model", "defaults", "foundry"};
}

std::string file_schema(const std::string& kind) {
    if (!kind.empty()) {
        const auto schema = kind_schema(kind);
        return schema.is_null() ? "" : titled(kind, schema).dump(2);
    }
    Json defs = Json::object();
    for (const auto& name : file_kinds()) defs[name] = kind_schema(name);
    return titled("files",
        {{"$defs", defs}, {"anyOf", {{{"$ref", "#/$defs/project"}}, {{"$ref", "#/$defs/source"}},
                                        {{"$ref", "#/$defs/model"}}}}})
        .dump(2);
}

std::vector<std::pair<std::string, std::string>> reference_pages() {
    const auto page = [](const std::string& title, const config::Type& type) {
        return "# " + title + "\n\nGenerated from the program; do not edit.\n\n" +
               config::reference(type);
    };
    return {{"README.md", std::string(reference_index)},
        {"project.md", page("ingot.yml", config::type_of<ProjectSpec>())},
        {"sources.md",
            "# sources/*.yml\n\nGenerated from the program; do not edit.\n\n" + source_reference()},
        {"silver.md", page("Silver", config::type_of<SilverSpec>())},
        {"gold.md", page("Gold", config::type_of<GoldSpec>())},
        {"rules.md", page("Rules", config::type_of<RuleSpec>())},
        {"foundry.md",
            "# Configurations of the foundry\n\nGenerated from the program; do not edit.\n\n" +
                foundry_reference()},
        {"codes.md", codes_page()}};
}

}  // namespace ingot::api
