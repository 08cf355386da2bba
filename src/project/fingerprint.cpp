#include "project/fingerprint.h"

#include <algorithm>

#include "base/hash.h"
#include "config/type_of.h"
#include "project/sql_text.h"

namespace ingot::project {

namespace {

using config::Shape;
using config::Type;
using config::Value;

void write_text(std::string_view text, std::string& out) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
}

void write_any(const Value& value, std::string& out) {
    if (const auto* list = value.list()) {
        out += '[';
        for (const auto& item : *list) write_any(item, out);
        out += ']';
    } else if (const auto* map = value.map()) {
        out += '{';
        for (const auto& entry : *map) {
            write_text(entry.key, out);
            write_any(entry.value, out);
        }
        out += '}';
    } else {
        out += static_cast<char>(
            '0' + value.data.index());  // 1 and "1" are different values of anything
        write_text(value.raw, out);
    }
}

const config::Choice* choice_of(const Type& type, const Value& value) {
    const auto it = std::ranges::find(type.choices, value.raw, &config::Choice::name);
    return it == type.choices.end() ? nullptr : &*it;
}

// Whether the value says what would hold without it.
bool is_default(const config::Member& member, const Value& value, const Type& record) {
    if (value.is_null()) return true;
    if (!record.defaults) return false;
    const void* there = member.address(const_cast<void*>(record.defaults));  // read only
    switch (member.type->shape) {
        case Shape::boolean:
            return std::holds_alternative<bool>(value.data) &&
                   std::get<bool>(value.data) == *static_cast<const bool*>(there);
        case Shape::integer:
            return std::holds_alternative<std::int64_t>(value.data) &&
                   std::get<std::int64_t>(value.data) == *static_cast<const std::int64_t*>(there);
        case Shape::string: return value.raw == *static_cast<const std::string*>(there);
        case Shape::choice: {
            const auto* choice = choice_of(*member.type, value);
            return choice && choice->value == member.type->chosen(there);
        }
        default: return false;
    }
}

void write(const Type& type, const Value& value, std::string& out);

void write_record(const Type& type, const Value& value, std::string& out) {
    out += '{';
    for (const auto& member :
        type.members) {  // in the order of the declaration, whatever the author's
        if (!member.affects_data) continue;
        const auto* given = value.find(member.name);
        if (!given && !member.also.empty()) given = value.find(member.also);
        if (!given || is_default(member, *given, type)) continue;
        const auto before = out.size();
        write_text(member.name, out);
        const auto empty = out.size();
        write(*member.type, *given, out);
        const auto written = std::string_view(out).substr(empty);
        if (written == "{}" || written == "[]") out.resize(before);
    }
    out += '}';
}

void write_map(const Type& type, const Value& value, std::string& out) {
    std::vector<const config::Entry*> entries;
    for (const auto& entry : *value.map()) entries.push_back(&entry);
    std::ranges::sort(
        entries, {}, [](const config::Entry* entry) -> const std::string& { return entry->key; });
    out += '{';
    for (const auto* entry : entries) {
        write_text(entry->key, out);
        write(*type.element, entry->value, out);
    }
    out += '}';
}

void write(const Type& type, const Value& value, std::string& out) {
    switch (type.shape) {
        case Shape::optional:
        case Shape::spanned: return write(*type.element, value, out);
        case Shape::record:
            if (value.map()) return write_record(type, value, out);
            return write_any(value, out);
        case Shape::map:
            if (value.map()) return write_map(type, value, out);
            return write_any(value, out);
        case Shape::list:
            out += '[';
            if (const auto* list = value.list())
                for (const auto& item : *list) write(*type.element, item, out);
            else if (!value.is_null())
                write(*type.element, value, out);
            out += ']';
            return;
        case Shape::choice:
            if (const auto* choice = choice_of(type, value))
                out += std::to_string(choice->value);
            else
                write_any(value, out);
            return;
        case Shape::any: return write_any(value, out);
        default: write_text(value.raw, out);
    }
}

const Type& type_of_layer(const Dataset& dataset) {
    if (dataset.bronze()) return config::type_of<TableSpec>();
    if (dataset.silver()) return config::type_of<SilverSpec>();
    return config::type_of<GoldSpec>();
}

}  // namespace

std::string fingerprint_of(const Dataset& dataset) {
    std::string text = dataset.name.text();
    text += '\n';
    if (const auto* bronze = dataset.bronze()) {
        write_text(bronze->system, text);
        write_text(bronze->connection.path, text);
        if (bronze->kind) {
            write_text(bronze->kind->name, text);
            write(bronze->kind->table.type(), bronze->own, text);
        }
    }
    if (const auto* options = dataset.settings.find(to_string(dataset.name.layer))) {
        if (dataset.body && options->map()) {  // from: and sql: are the body, which follows
            Value rest = *options;
            std::erase_if(*rest.map(),
                [](const config::Entry& e) { return e.key == "from" || e.key == "sql"; });
            write(type_of_layer(dataset), rest, text);
        } else {
            write(type_of_layer(dataset), *options, text);
        }
    }
    if (const auto* rules = dataset.settings.find("expect"))
        write(config::type_of<Rules>(), *rules, text);
    if (dataset.body) text += canonical_sql(dataset.body->sql);
    return sha256(text);
}

}  // namespace ingot::project
