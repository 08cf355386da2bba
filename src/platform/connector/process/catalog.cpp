#include "data/json_scan.h"
#include "platform/connector/process/singer.h"

namespace ingot::process {

namespace {

std::string text(std::string_view value) {
    return value.starts_with('"') ? json::text_of(value).value_or("") : std::string();
}

// The object again, with the members that `change` answers for replaced.
template <class Change>
std::string rewritten(std::string_view object, Change change) {
    std::string out = "{";
    json::each_member(object, [&](std::string_view key, std::string_view value) {
        if (out.size() > 1) out += ",";
        out += std::string(key) + ":" + change(text(key), value);
    });
    return out + "}";
}

template <class Change>
std::string each_rewritten(std::string_view list, Change change) {
    std::string out = "[";
    (void)json::each_element(list, [&](std::string_view value) -> Status {
        if (out.size() > 1) out += ",";
        out += change(value);
        return {};
    });
    return out + "]";
}

std::string_view member(std::string_view object, std::string_view name) {
    std::string_view found;
    if (!object.starts_with('{')) return found;
    json::each_member(object, [&](std::string_view key, std::string_view value) {
        if (text(key) == name) found = value;
    });
    return found;
}

// {..., "selected": true or false}
std::string selected(std::string_view object, bool is_selected) {
    auto out = rewritten(object, [](const std::string& key, std::string_view value) {
        return key == "selected" ? std::string("null") : std::string(value);
    });
    out.pop_back();
    return out + (out.size() > 1 ? "," : "") + "\"selected\":" + (is_selected ? "true" : "false") +
           "}";
}

// The stream's own entry of the metadata has an empty breadcrumb; those of its columns are as the tap chose.
std::string with_metadata(std::string_view entry, bool is_selected) {
    const auto breadcrumb = member(entry, "breadcrumb");
    const bool is_of_stream = breadcrumb.find_first_not_of("[] \t\r\n") == std::string_view::npos;
    return rewritten(entry, [&](const std::string& key, std::string_view value) {
        return key == "metadata" && is_of_stream && value.starts_with('{')
                   ? selected(value, is_selected)
                   : std::string(value);
    });
}

std::string with_choice(std::string_view stream, bool is_selected) {
    bool has_metadata = false;
    auto out = rewritten(stream, [&](const std::string& key, std::string_view value) {
        if (key == "schema" && value.starts_with('{')) return selected(value, is_selected);
        if (key != "metadata" || !value.starts_with('[')) return std::string(value);
        has_metadata = value.find("\"breadcrumb\"") != std::string_view::npos;
        if (!has_metadata) return std::string("null");
        return each_rewritten(
            value, [&](std::string_view entry) { return with_metadata(entry, is_selected); });
    });
    if (has_metadata) return out;
    out.pop_back();
    return out + R"(,"metadata":[{"breadcrumb":[],"metadata":{"selected":)" +
           (is_selected ? "true" : "false") + "}}]}";
}

}  // namespace

Result<std::string> catalog_with(std::string_view catalog, const std::string& stream) {
    json::Scan scan(catalog);
    const auto whole = scan.value();
    const auto streams = whole ? member(*whole, "streams") : std::string_view();
    if (!streams.starts_with('['))
        return fail("EXT132", "--discover printed no catalog: an object with streams: is expected");
    bool is_there = false;
    std::string names;
    auto out = R"({"streams":)" + each_rewritten(streams, [&](std::string_view one) {
        if (!one.starts_with('{')) return std::string(one);
        const auto name = text(member(one, "stream"));
        const bool is_wanted = name == stream || text(member(one, "tap_stream_id")) == stream;
        is_there = is_there || is_wanted;
        names += (names.empty() ? "" : ", ") + name;
        return with_choice(one, is_wanted);
    }) + "}";
    if (is_there) return out;
    return fail("EXT103",
        "the program has no stream '" + stream + "'; it has " + names + "; say which with stream:");
}

}  // namespace ingot::process
