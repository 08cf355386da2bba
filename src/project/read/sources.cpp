#include "project/read/sources.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/suggest.h"
#include "config/bind.h"
#include "platform/connector/web_file.h"
#include "project/read/dataset_from.h"
#include "project/read/files.h"
#include "project/read/foundry.h"
#include "project/read/literal_secrets.h"
#include "project/read/table_options.h"

namespace ingot::project {

namespace {

using config::Entry;
using config::Map;
using config::Value;

// What a table may say beside the options of its layer, and a source for all its tables.
constexpr std::array<std::string_view, 5> common_words{
    "expect", "owner", "tags", "description", "disabled"};

bool is_common(std::string_view key) {
    if (key.ends_with('+')) key.remove_suffix(1);
    return std::ranges::find(common_words, key) != common_words.end();
}

// Everything but the tables' own options, with the tables left as they are written.
void report_unknown(const Value& file, Diagnostics& diagnostics) {
    std::vector<std::string> names{"system", "connection", "tables"};
    names.insert(names.end(), common_words.begin(), common_words.end());
    for (const auto& entry : *file.map())
        if (std::ranges::find(names, entry.key) == names.end() && !is_common(entry.key))
            diagnostics.error("CFG101",
                "unknown option '" + entry.key + "' in source" + did_you_mean(entry.key, names),
                entry.key_span);
}

struct Source {
    std::string system;
    ConnectionSpec connection;
    const connector::Kind* kind = nullptr;
    Value reach;
    bool is_known = true;  // false: its tables cannot be read, as nobody knows their options
    Span origin;
};

void report_type(const Value& type, Diagnostics& diagnostics) {
    std::vector<std::string> known{"file"};
    for (const auto* kind : connector::kinds()) known.emplace_back(kind->name);
    std::string list;
    for (const auto& name : known) list += (list.empty() ? "" : ", ") + name;
    diagnostics.error("CFG104",
        "'" + type.raw + "' is not one of " + list + did_you_mean(type.raw, known), type.span);
}

void read_connection(const Value& connection, Source& source, Diagnostics& diagnostics) {
    const auto* type = connection.find("type");
    if (!type || type->raw == "file") {
        source.connection = config::bind<ConnectionSpec>(connection, diagnostics);
        return;
    }
    source.connection.type = {type->raw, type->span};
    source.reach = connection;
    source.kind = connector::find_kind(type->raw);
    source.is_known = source.kind != nullptr;
    if (!source.kind) return report_type(*type, diagnostics);
    source.kind->connection.check(connection, diagnostics);
}

// A table without its options, so that what reads it is not unknown as well.
Dataset named_only(const Source& source, const Value& table) {
    Dataset dataset;
    const auto* name = table.find("name");
    dataset.name = {Layer::bronze, source.system + "_" + (name ? name->raw : "")};
    dataset.origin = {source.origin.file, table.span.line, table.span.column};
    dataset.file = std::string(source.origin.file);
    BronzeDataset bronze{.system = source.system, .connection = source.connection, .table = {}};
    if (name) bronze.table.name = {name->raw, name->span};
    dataset.spec = std::move(bronze);
    return dataset;
}

// Takes the words that all datasets share out of a source or a table.
Value take_common(Value& from) {
    Value out;
    out.span = from.span;
    Map taken;
    std::erase_if(*from.map(), [&](Entry& entry) {
        if (!is_common(entry.key)) return false;
        taken.push_back(std::move(entry));
        return true;
    });
    out.data = std::move(taken);
    return out;
}

std::optional<Dataset> read_table(const ReadContext& context, const Source& source, Value table,
    Value settings, Diagnostics& diagnostics) {
    if (!table.map()) {
        diagnostics.error("CFG102", "expected a mapping for table", table.span);
        return std::nullopt;
    }
    if (!source.is_known) return named_only(source, table);
    const auto* name = table.find("name");
    if (name && !is_usable_name(name->raw, name->span, diagnostics)) return std::nullopt;
    const Span origin = table.span;
    Value common = take_common(table);
    gather_file_options(table, source.kind);
    Value bronze;
    bronze.data = Map{};
    bronze.span = origin;
    bronze.map()->push_back({"bronze", origin, std::move(table)});
    config::overlay(settings, bronze);
    for (auto& word : words_of(std::move(common), Place::yaml, diagnostics))
        add_word(settings, std::move(word), diagnostics);
    for (const auto& word : context.target_defaults) add_word(settings, word, diagnostics);
    settings.span = origin;
    std::erase_if(*settings.map(),
        [](const Entry& entry) { return parse_layer(entry.key) && entry.key != "bronze"; });
    BronzeDataset empty{.system = source.system,
        .connection = source.connection,
        .table = {},
        .kind = source.kind,
        .reach = source.reach};
    return table_from(std::move(empty), std::move(settings), origin, diagnostics);
}

// A reference within a text would reach the source as it is written, and nobody would be told.
void report_secrets_within_texts(const Value& value, Diagnostics& diagnostics) {
    if (const auto* map = value.map())
        for (const auto& entry : *map)
            if (!is_common(entry.key) && entry.key != "query" && entry.key != "where")
                report_secrets_within_texts(entry.value, diagnostics);
    if (const auto* list = value.list())
        for (const auto& item : *list) report_secrets_within_texts(item, diagnostics);
    const auto* text = value.text();
    const auto at = text ? text->find("secret://") : std::string::npos;
    if (at == std::string::npos || at == 0) return;
    diagnostics.error("CFG102",
        "a secret:// reference has to be the whole value; keep the whole of it in the secret, or take "
        "${NAME} for the part that is one",
        value.span);
}

// Options of requests where nothing is requested would be there in vain, and nobody told.
void report_needless(
    const Value& connection, std::span<const Dataset> tables, Diagnostics& diagnostics) {
    const auto is_asked = [](const Dataset& table) {
        const auto& bronze = *table.bronze();
        return bronze.kind || file::is_web(bronze.connection.path) ||
               (bronze.table.path && file::is_web(bronze.table.path->value));
    };
    if (std::ranges::any_of(tables, is_asked)) return;
    for (const auto& entry : *connection.map())
        if (entry.key == "headers" || entry.key == "ca_file")
            diagnostics.error("CFG108",
                entry.key + ": is for files at web addresses, and no path of this source is one",
                entry.key_span);
}

void read_own_form(ReadContext& context, const FoundFile& file, Value value,
    std::vector<Dataset>& out, Diagnostics& diagnostics) {
    if (!value.map())
        return diagnostics.error("CFG102", "expected a mapping for source", value.span);
    report_unknown(value, diagnostics);
    report_secrets_within_texts(value, diagnostics);
    keep_literal_secrets(value);
    Source source{.system = {}, .connection = {}, .reach = {}, .origin = {intern(file.path)}};
    const auto* system = value.find("system");
    if (!system)
        diagnostics.error("CFG103", "missing option 'system' in source", source.origin);
    else if (is_usable_name(system->raw, system->span, diagnostics))
        source.system = system->raw;
    if (const auto* connection = value.find("connection"))
        read_connection(*connection, source, diagnostics);
    auto* tables = value.find("tables");
    if (!tables) diagnostics.error("CFG103", "missing option 'tables' in source", source.origin);
    if (source.system.empty() || !tables) return;
    auto* list = tables->list();
    if (!list) return diagnostics.error("CFG102", "expected a list of tables", tables->span);
    Value settings = defaults_of(context, file.folder, diagnostics);
    auto tables_of_source = std::move(*list);
    for (auto& word : words_of(take_common(value), Place::yaml, diagnostics))
        add_word(settings, std::move(word), diagnostics);
    const auto before = out.size();
    for (auto& table : tables_of_source)
        if (auto dataset = read_table(context, source, std::move(table), settings, diagnostics))
            out.push_back(std::move(*dataset));
    if (const auto* connection = value.find("connection");
        connection && connection->map() && source.is_known)
        report_needless(*connection, std::span(out).subspan(before), diagnostics);
}

// A foundry configuration in a project: its bronze half lands where the project's tables are.
void read_foundry_form(ReadContext& context, const FoundFile& file, const Value& value,
    std::vector<Dataset>& out, Diagnostics& diagnostics) {
    Diagnostics found;
    const auto configs = foundry::configs_of(value, file.path, found);
    for (const auto& each : found.all()) diagnostics.add(each);
    if (found.failed()) return;
    for (const auto& config : configs)
        if (config.bronze_enabled)
            read_own_form(context, file, foundry::own_form(config), out, diagnostics);
}

void read_source(ReadContext& context, const FoundFile& file, std::vector<Dataset>& out,
    Diagnostics& diagnostics) {
    auto value = read_yaml_file(context, file.path, diagnostics);
    if (!value || value->is_null()) return;
    if (foundry::is_foundry_form(*value))
        read_foundry_form(context, file, *value, out, diagnostics);
    else
        read_own_form(context, file, std::move(*value), out, diagnostics);
}

}  // namespace

std::vector<Dataset> read_sources(ReadContext& context, Diagnostics& diagnostics) {
    std::vector<Dataset> out;
    for (const auto& file : list_files(context.root, "sources", diagnostics))
        if ((file.extension == ".yml" || file.extension == ".yaml") && file.stem != "_defaults")
            read_source(context, file, out, diagnostics);
    return out;
}

std::optional<Dataset> dataset_of(const foundry::Config& config, Diagnostics& diagnostics) {
    ReadContext context;
    context.defaults.data = Map{};
    std::vector<Dataset> out;
    read_own_form(context, {.path = config.file, .folder = "", .stem = "", .extension = ""},
        foundry::own_form(config), out, diagnostics);
    return out.empty() ? std::nullopt : std::optional(std::move(out.front()));
}

}  // namespace ingot::project
