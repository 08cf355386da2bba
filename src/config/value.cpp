#include "config/value.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ingot::config {

const Value* Value::find(std::string_view key) const {
    const auto* entries = map();
    if (!entries) return nullptr;
    const auto it = std::ranges::find(*entries, key, &Entry::key);
    return it == entries->end() ? nullptr : &it->value;
}

Value* Value::find(std::string_view key) {
    return const_cast<Value*>(static_cast<const Value*>(this)->find(key));
}

Value text_value(std::string text, Span span) {
    Value value;
    value.raw = text;
    value.data = std::move(text);
    value.span = span;
    return value;
}

namespace {

void append(Value& under, const Value& more) {
    if (!under.list()) {
        List list;
        if (!under.is_null()) list.push_back(under);
        under.data = std::move(list);
        under.span = more.span;
    }
    if (const auto* items = more.list()) {
        const List copy = *items;
        under.list()->insert(under.list()->end(), copy.begin(), copy.end());
    } else {
        under.list()->push_back(more);
    }
}

}  // namespace

void overlay(Value& under, const Value& over) {
    if (!over.map()) {
        under = over;
        return;
    }
    if (!under.map()) {
        under.data = Map{};
        under.span = over.span;
    }
    for (const auto& entry : *over.map()) {
        const bool appends = entry.key.size() > 1 && entry.key.back() == '+';
        const std::string key = appends ? entry.key.substr(0, entry.key.size() - 1) : entry.key;
        Value* there = under.find(key);
        if (!there) {
            under.map()->push_back({key, entry.key_span, Value{}});
            there = &under.map()->back().value;
        } else if (auto it = std::ranges::find(*under.map(), key, &Entry::key);
            it != under.map()->end()) {
            it->key_span = entry.key_span;
        }
        if (appends)
            append(*there, entry.value);
        else
            overlay(*there, entry.value);
    }
}

namespace {

nlohmann::ordered_json json_of(const Value& value) {
    return std::visit(
        [](const auto& data) -> nlohmann::ordered_json {
            using T = std::decay_t<decltype(data)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                return nullptr;
            } else if constexpr (std::is_same_v<T, List>) {
                auto out = nlohmann::ordered_json::array();
                for (const auto& item : data) out.push_back(json_of(item));
                return out;
            } else if constexpr (std::is_same_v<T, Map>) {
                auto out = nlohmann::ordered_json::object();
                for (const auto& entry : data) out[entry.key] = json_of(entry.value);
                return out;
            } else {
                return data;
            }
        },
        value.data);
}

std::string flow(const nlohmann::ordered_json& json) {
    if (json.is_object()) {
        std::string out;
        for (const auto& [key, item] : json.items())
            out += (out.empty() ? "" : ", ") + key + ": " + flow(item);
        return "{" + out + "}";
    }
    if (json.is_array()) {
        std::string out;
        for (const auto& item : json) out += (out.empty() ? "" : ", ") + flow(item);
        return "[" + out + "]";
    }
    if (json.is_string()) {
        const auto text = json.get<std::string>();
        const bool plain =
            !text.empty() && text.find_first_of(":,{}[]#\"'\n&*!|>%@`") == std::string::npos;
        return plain ? text : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    return json.dump();
}

}  // namespace

std::string to_flow(const Value& value) { return flow(json_of(value)); }
std::string to_json(const Value& value) {
    return json_of(value).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ingot::config
