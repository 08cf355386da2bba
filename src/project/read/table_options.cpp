#include "project/read/table_options.h"

#include <algorithm>
#include <string_view>

#include "base/suggest.h"
#include "config/bind.h"
#include "config/type_of.h"
#include "project/dataset.h"

namespace ingot::project {

namespace {

bool has_member(const config::Type& type, std::string_view key) {
    if (key.ends_with('+')) key.remove_suffix(1);
    return std::ranges::any_of(type.members,
        [&](const config::Member& member) { return member.name == key || member.also == key; });
}

bool is_file_option(std::string_view key) {
    if (key.ends_with('+')) key.remove_suffix(1);
    const auto members = config::type_of<FileOptions>().members;
    return std::ranges::find(members, key, &config::Member::name) != members.end();
}

}  // namespace

void gather_file_options(config::Value& table, const connector::Kind* kind) {
    auto& map = *table.map();
    config::Map options;
    std::erase_if(map, [&](config::Entry& entry) {
        // What the kind has a use for itself (records: of an API) is not about files.
        if (!is_file_option(entry.key) || (kind && has_member(kind->table.type(), entry.key)))
            return false;
        options.push_back(std::move(entry));
        return true;
    });
    if (options.empty()) return;
    auto* there = table.find("options");
    if (!there) {
        map.push_back({"options", options.front().key_span, {}});
        there = &map.back().value;
        there->span = options.front().key_span;
    }
    if (there->is_null()) there->data = config::Map{};
    if (!there->map()) return;  // of another type: the binder says so
    for (auto& entry : options) there->map()->push_back(std::move(entry));
}

namespace {

std::vector<std::string> names_of(const config::Type& type) {
    std::vector<std::string> names;
    for (const auto& member : type.members) names.emplace_back(member.name);
    return names;
}

// An option of another kind, which the binder would only call unknown.
bool report_foreign(
    const connector::Kind* kind, const config::Entry& entry, Diagnostics& diagnostics) {
    if (has_member(config::type_of<TableSpec>(), entry.key)) return false;
    std::string types;
    for (const auto* other : connector::kinds())
        if (other != kind && has_member(other->table.type(), entry.key))
            types += (types.empty() ? "" : " or ") + std::string(other->name);
    if (types.empty()) {
        // Of the kind's own names the binder knows nothing.
        const auto meant = kind ? did_you_mean(entry.key, names_of(kind->table.type())) : "";
        if (meant.empty()) return false;
        diagnostics.error(
            "CFG101", "unknown option '" + entry.key + "' in table" + meant, entry.key_span);
        return true;
    }
    diagnostics.error("CFG101",
        "unknown option '" + entry.key + "' in table: it belongs to connections of type " + types,
        entry.key_span);
    return true;
}

}  // namespace

config::Value take_own_options(
    const connector::Kind* kind, config::Value& table, Diagnostics& diagnostics) {
    config::Map own;
    std::erase_if(*table.map(), [&](config::Entry& entry) {
        if (!kind || !has_member(kind->table.type(), entry.key))
            return report_foreign(kind, entry, diagnostics);
        own.push_back(std::move(entry));
        return true;
    });
    config::Value out;
    out.span = table.span;
    out.data = std::move(own);
    if (kind) kind->table.check(out, diagnostics);
    return out;
}

}  // namespace ingot::project
