#include "platform/connector/file/json_columns.h"

#include <algorithm>

#include "data/columns.h"
#include "data/json_scan.h"

namespace ingot::file {

namespace {

unsigned kind_of(std::string_view value) {
    switch (value.front()) {
        case 'n': return 0;
        case '"': return json::text_of(value) ? holds::text : holds::other;
        case 't':
        case 'f': return holds::boolean;
        case '{':
        case '[': return holds::other;
        default: return holds::number;
    }
}

std::string key_of(std::string_view quoted) {
    if (quoted.find('\\') == std::string_view::npos)
        return std::string(quoted.substr(1, quoted.size() - 2));
    return json::text_of(quoted).value_or(std::string(quoted));
}

}  // namespace

void JsonColumns::look_at(std::string_view value) {
    if (value.front() != '{') {
        holds_[place("value")] |= kind_of(value);
        return;
    }
    json::each_member(value, [&](std::string_view key, std::string_view member) {
        holds_[place(key_of(key))] |= kind_of(member);
    });
}

// The row's values by place; empty views for what it lacks. A repeated key counts as its last.
void JsonColumns::spread(std::string_view value, std::vector<std::string_view>& out) {
    out.assign(names_.size(), {});
    if (value.front() != '{') {
        out[place("value")] = value;
        return;
    }
    json::each_member(value,
        [&](std::string_view key, std::string_view member) { out[place(key_of(key))] = member; });
}

Status JsonColumns::write(TidyWriter& writer, Place place, std::string_view value,
    std::vector<std::string_view>& values) {
    spread(value, values);
    writer.begin_row(place.input, place.line);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].empty() || values[i] == "null")
            writer.null();
        else if (holds_[i] == holds::text)
            writer.text(*json::text_of(values[i]));
        else
            writer.text(values[i]);
    }
    return writer.end_row();
}

// Keys that differ in case alone are two columns, and the engine knows but one of them: the later gets _1.
std::size_t JsonColumns::place(std::string key) {
    if (key.empty()) key = "column";
    const auto [it, is_new] = places_.try_emplace(key, names_.size());
    if (!is_new) return it->second;
    auto name = key;
    for (int n = 1; has_name(name); ++n) name = key + "_" + std::to_string(n);
    names_.push_back(name);
    holds_.push_back(0);
    return it->second;
}

bool JsonColumns::has_name(const std::string& name) const { return ingot::has_name(names_, name); }

}  // namespace ingot::file
