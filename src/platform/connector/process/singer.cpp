#include "platform/connector/process/singer.h"

#include <algorithm>
#include <array>
#include <vector>

#include "data/json_scan.h"

namespace ingot::process {

namespace {

// The only value of the text; nothing when there is none or more than one.
std::optional<std::string_view> whole_value(std::string_view text) {
    json::Scan scan(text);
    const auto value = scan.value();
    scan.skip_space();
    return value && scan.at_end() ? value : std::nullopt;
}

std::string text(std::string_view value) {
    return value.starts_with('"') ? json::text_of(value).value_or("") : std::string();
}

bool is_object(std::string_view value) { return value.starts_with('{'); }

// type: "string" or ["null", "string"], anyOf: [{type: …}, …]
void collect_types(
    std::string_view property, std::vector<std::string>& types, std::string& format) {
    if (!is_object(property)) return;
    json::each_member(property, [&](std::string_view key, std::string_view value) {
        const auto name = text(key);
        if (name == "format") format = text(value);
        if (name == "type" && value.starts_with('"')) types.push_back(text(value));
        if ((name == "type" || name == "anyOf" || name == "oneOf") && value.starts_with('['))
            (void)json::each_element(value, [&](std::string_view one) -> Status {
                if (is_object(one))
                    collect_types(one, types, format);
                else
                    types.push_back(text(one));
                return {};
            });
    });
}

std::string type_of(std::string_view property) {
    std::vector<std::string> types;
    std::string format;
    collect_types(property, types, format);
    std::erase(types, "null");
    std::ranges::sort(types);
    types.erase(std::ranges::unique(types).begin(), types.end());
    if (types.size() != 1) return "";
    if (types.front() == "integer") return "BIGINT";
    if (types.front() == "boolean") return "BOOLEAN";
    if (types.front() == "object" || types.front() == "array") return "JSON";
    if (types.front() != "string") return "";
    if (format == "date-time") return "TIMESTAMP WITH TIME ZONE";
    return format == "date" ? "DATE" : "VARCHAR";
}

}  // namespace

std::optional<SingerMessage> parse_message(std::string_view line) {
    const auto whole = whole_value(line);
    if (!whole || !is_object(*whole)) return std::nullopt;
    SingerMessage message;
    json::each_member(*whole, [&](std::string_view key, std::string_view value) {
        const auto name = text(key);
        if (name == "type") message.type = text(value);
        if (name == "stream") message.stream = text(value);
        if (name == "record") message.record = value;
        if (name == "schema") message.schema = value;
        if (name == "value") message.value = std::string(value);
    });
    const bool is_whole = message.type == "RECORD"   ? is_object(message.record)
                          : message.type == "SCHEMA" ? is_object(message.schema)
                          : message.type == "STATE"  ? !message.value.empty()
                                                     : !message.type.empty();
    return is_whole ? std::optional(std::move(message)) : std::nullopt;
}

bool is_singer_message(std::string_view line) {
    static constexpr std::array types{"RECORD", "SCHEMA", "STATE", "ACTIVATE_VERSION", "BATCH"};
    const auto message = parse_message(line);
    return message && std::ranges::find(types, message->type) != types.end();
}

Columns types_of_schema(std::string_view schema) {
    Columns columns;
    json::each_member(schema, [&](std::string_view key, std::string_view properties) {
        if (text(key) != "properties" || !is_object(properties)) return;
        json::each_member(properties, [&](std::string_view name, std::string_view property) {
            const auto type = type_of(property);
            if (!type.empty()) columns.push_back({text(name), type});
        });
    });
    return columns;
}

}  // namespace ingot::process
