#include "surface/api/foundry_schema.h"

#include "config/bind.h"
#include "medallion/join/spec.h"
#include "medallion/slice/entity.h"
#include "medallion/slice/polybase.h"
#include "medallion/slice/spec.h"
#include "project/foundry/intent.h"
#include "project/foundry/platform.h"
#include "project/foundry/source_kinds.h"

namespace ingot::api {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json schema_of() {
    return Json::parse(config::json_schema(config::type_of<T>()));
}

Json object(Json properties, Json required) {
    return {{"type", "object"}, {"properties", std::move(properties)},
        {"required", std::move(required)}};
}

Json list_of(Json item) { return {{"type", "array"}, {"minItems", 1}, {"items", std::move(item)}}; }

// What a section holds that may stand in part here and in part elsewhere: nothing of it is required.
template <class T>
Json part_of() {
    auto schema = schema_of<T>();
    schema.erase("required");
    return schema;
}

Json version() { return {{"enum", {1, 2}}, {"description", "1."}}; }

// platform: and source:, or several sources under one platform.
Json single() {
    return object(
        {{"config_version", version()}, {"platform", schema_of<foundry::Platform>()},
            {"source", schema_of<foundry::Source>()}, {"silver", schema_of<slice::RowSilver>()},
            {"silver_join", schema_of<join::Spec>()}},
        {"platform", "source"});
}

Json several() {
    const auto entry = object(
        {{"name", {{"type", "string"}}}, {"source", schema_of<foundry::Source>()},
            {"silver", schema_of<slice::RowSilver>()}, {"silver_join", schema_of<join::Spec>()}},
        {"source"});
    return object({{"config_version", version()}, {"platform", schema_of<foundry::Platform>()},
                      {"silver", schema_of<slice::RowSilver>()},
                      {"silver_join", schema_of<join::Spec>()}, {"sources", list_of(entry)}},
        {"platform", "sources"});
}

Json intent() {
    auto schema = schema_of<foundry::Intent>();
    auto& properties = schema["properties"];
    properties["silver"] = schema_of<slice::EntitySilver>();
    properties["silver_join"] = schema_of<join::Spec>();
    properties["polybase_setup"] = schema_of<slice::PolybaseSetup>();
    auto& options = properties["bronze"]["properties"]["options"]["properties"];
    options["file"] = part_of<foundry::File>();
    options["api"] = part_of<foundry::Api>();
    options["db"] = part_of<foundry::Db>();
    options["custom_extractor"] = part_of<foundry::Custom>();
    return schema;
}

Json intents() {
    const Json text{{"type", "string"}};
    return object({{"config_version", version()}, {"environment", text}, {"domain", text},
                      {"name", text}, {"description", text}, {"datasets", list_of(intent())}},
        {"datasets"});
}

template <class... Types>
std::string pages_of() {
    return (config::reference(config::type_of<Types>()) + ...);
}

}  // namespace

Json foundry_schema() { return {{"anyOf", {single(), several(), intent(), intents()}}}; }

std::string foundry_reference() {
    return "One dataset is `platform:` with `source:` and, for silver, `silver:`. Several stand in a list `sources:`, each with "
           "`name:` and `source:`, under one `platform:`. An intent is one mapping with `system:`, `entity:`, `bronze:` and "
           "`silver:`; several stand in a list `datasets:`. What each key is worth here is in the "
           "[guide](../guide/migrating-from-the-foundry.md).\n\n" +
           pages_of<foundry::Platform, foundry::Source, slice::RowSilver, foundry::Intent,
               slice::EntitySilver, join::Spec, slice::PolybaseSetup>();
}

}  // namespace ingot::api
