#include "project/read/dataset_from.h"

#include <algorithm>

#include "config/bind.h"
#include "project/check/checks.h"
#include "project/fingerprint.h"
#include "project/read/presets.h"
#include "project/read/table_options.h"
#include "project/sql_text.h"

namespace ingot::project {

namespace {

using config::Value;

// What every dataset may say beside its layer's options.
void bind_common(Dataset& dataset, Diagnostics& diagnostics) {
    const auto& settings = dataset.settings;
    const auto read = [&](std::string_view key, auto& into) {
        using T = std::remove_reference_t<decltype(into)>;
        if (const auto* value = settings.find(key)) into = config::bind<T>(*value, diagnostics);
    };
    read("expect", dataset.rules);
    read("owner", dataset.owner);
    read("tags", dataset.tags);
    read("description", dataset.description);
    read("disabled", dataset.disabled);
    read("depends_on", dataset.depends_on);
}

// "unknown option 'kyes' in silver" becomes "in @silver" where it was written as a decorator.
void add_as_written(const Diagnostics& from, Diagnostics& to) {
    for (auto diagnostic : from.all()) {
        if (diagnostic.where.file.ends_with(".sql"))
            for (const std::string_view word : {" in silver", " in gold"})
                if (const auto at = diagnostic.message.find(word); at != std::string::npos)
                    diagnostic.message.insert(at + 4, "@");
        to.add(std::move(diagnostic));
    }
}

std::string quoted(const std::string& name) {
    std::string out = "\"";
    for (const char c : name) (out += c) += c == '"' ? "\"" : "";
    return out + '"';
}

std::string name_in_sql(const std::string& name) {
    const bool plain = !name.empty() && (name.front() < '0' || name.front() > '9') &&
                       std::ranges::all_of(name, [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                       });
    return plain ? name : quoted(name);
}

Body body_of_from(const config::Spanned<std::string>& from, Diagnostics& diagnostics) {
    const auto dot = from.value.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == from.value.size()) {
        diagnostics.error(
            "PRJ102", "from: names a dataset as layer.name, not '" + from.value + "'", from.span);
        return {};
    }
    return {.sql = "SELECT * FROM " + name_in_sql(from.value.substr(0, dot)) + "." +
                   name_in_sql(from.value.substr(dot + 1)),
        .span = from.span,
        .indent = 0,
        .is_from = true};
}

template <class Spec>
std::optional<Body> body_of(const Spec& spec, std::optional<Body> sql, const Span& origin,
    const DatasetName& name, Diagnostics& diagnostics) {
    std::vector<std::pair<std::string, Body>> found;
    if (sql) found.emplace_back("the SELECT in the .sql file", std::move(*sql));
    if (spec.sql) {
        Body body{.sql = std::string(without_trailing_noise(spec.sql->value)),
            .span = spec.sql->span,
            .indent = std::max(0, spec.sql->span.column - 1)};
        found.emplace_back("sql:", std::move(body));
    }
    if (spec.from) found.emplace_back("from:", body_of_from(*spec.from, diagnostics));
    if (found.size() > 1)
        diagnostics.error("CFG108",
            found[1].first + " and " + found[0].first + " both say what to read; keep one",
            found[1].second.span, {{found[0].first, found[0].second.span}});
    if (found.empty() || (found[0].second.sql.empty() && found[0].first != "from:")) {
        diagnostics.error("PRJ107", name.text() + " has no SELECT, from: or sql:", origin);
        return std::nullopt;
    }
    return std::move(found[0].second);
}

// from: and sql: at the top belong to the layer; of the layers only the dataset's own stays.
void arrange(Value& settings, const DatasetName& name) {
    const std::string layer(to_string(name.layer));
    auto& map = *settings.map();
    config::Map body;
    std::erase_if(map, [&](config::Entry& entry) {
        const bool moves = entry.key == "from" || entry.key == "sql";
        if (moves) body.push_back(std::move(entry));
        return moves || entry.key == "name" || (parse_layer(entry.key) && entry.key != layer);
    });
    auto* options = settings.find(layer);
    if (!options) {
        map.insert(map.begin(), {layer, settings.span, {}});
        options = &map.front().value;
        options->span = settings.span;
        options->data = config::Map{};
    }
    if (auto* inside = options->map())
        for (auto& entry : body) inside->push_back(std::move(entry));
}

template <class Spec>
void bind_model(Dataset& dataset, std::optional<Body> sql, Diagnostics& found) {
    auto* options = dataset.settings.find(to_string(dataset.name.layer));
    auto spec = config::bind<Spec>(*options, found);
    if constexpr (std::is_same_v<Spec, SilverSpec>) complete(spec, *options);
    dataset.body = body_of(spec, std::move(sql), dataset.origin, dataset.name, found);
    dataset.spec = std::move(spec);
}

}  // namespace

bool is_usable_name(const std::string& name, const Span& where, Diagnostics& diagnostics) {
    const bool sound =
        !name.empty() && name.front() != '.' && name.back() != '.' && name.size() <= 200 &&
        name.find("..") == std::string::npos && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
        });
    if (!sound)
        diagnostics.error("PRJ110",
            "'" + name + "' cannot be a name: letters, digits, _ and -, with dots inside", where);
    return sound;
}

Dataset model_from(ModelDraft draft, Diagnostics& diagnostics) {
    Dataset dataset;
    dataset.name = std::move(draft.name);
    dataset.origin = draft.origin;
    dataset.file = std::string(draft.origin.file);
    arrange(draft.settings, dataset.name);
    dataset.settings = std::move(draft.settings);
    Diagnostics found;
    bind_common(dataset, found);
    if (dataset.name.layer == Layer::silver)
        bind_model<SilverSpec>(dataset, std::move(draft.sql), found);
    else
        bind_model<GoldSpec>(dataset, std::move(draft.sql), found);
    if (draft.is_sound && !found.failed()) {
        if (const auto* silver = dataset.silver()) check_silver(*silver, dataset, found);
        check_rules(dataset.rules, found);
    }
    add_as_written(found, diagnostics);
    dataset.fingerprint = fingerprint_of(dataset);
    return dataset;
}

Dataset table_from(BronzeDataset bronze, Value settings, Span origin, Diagnostics& diagnostics) {
    Dataset dataset;
    dataset.origin = origin;
    dataset.file = std::string(origin.file);
    dataset.settings = std::move(settings);
    Diagnostics found;
    bind_common(dataset, found);
    auto* options = dataset.settings.find("bronze");
    auto common = *options;
    bronze.own = take_own_options(bronze.kind, common, found);
    bronze.table = config::bind<TableSpec>(common, found);
    bronze.table.expect = dataset.rules;
    bronze.table.owner = dataset.owner;
    bronze.table.tags = dataset.tags;
    bronze.table.description = dataset.description;
    dataset.name = {Layer::bronze, bronze.system + "_" + bronze.table.name.value};
    if (!found.failed()) check_table(bronze, found);
    if (!found.failed()) check_rules(dataset.rules, found);
    dataset.spec = std::move(bronze);
    for (const auto& diagnostic : found.all()) diagnostics.add(diagnostic);
    dataset.fingerprint = fingerprint_of(dataset);
    return dataset;
}

}  // namespace ingot::project
