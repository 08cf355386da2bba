#include "project/read/words.h"

#include <algorithm>
#include <array>

#include "base/suggest.h"
#include "project/read/table_options.h"

namespace ingot::project {

namespace {

using config::Entry;
using config::List;
using config::Map;
using config::Value;

enum class Means {
    layer,
    medallion,
    scd,
    of_silver,
    expect,
    text,
    words,
    flag,
    body,
    noted,  // says what the dataset is; kept, changes nothing
    later,  // not in this build, and the tables would be the same with it: a warning
    missing,  // not in this build, and leaving it out would change tables or let through what it guards: an error
};

struct Known {
    std::string_view name;
    Means means;
    std::string_view key{};  // in the settings, when it is not the name
};

constexpr auto words = std::to_array<Known>({
    {"medallion", Means::medallion},
    {"bronze", Means::layer},
    {"silver", Means::layer},
    {"gold", Means::layer},
    {"snapshot", Means::layer},
    {"scd", Means::scd},
    {"normalize", Means::of_silver},
    {"dedupe", Means::of_silver},
    {"cdc", Means::of_silver},
    {"dimension", Means::noted},
    {"fact", Means::noted},
    {"aggregate", Means::noted},
    {"references", Means::later},
    {"metric", Means::later},
    {"expect", Means::expect},
    {"schema", Means::missing},
    {"statistics", Means::missing},
    {"pii", Means::missing},
    {"classify", Means::later},
    {"retention", Means::missing},
    {"access", Means::missing},
    {"comply", Means::missing},
    {"freshness", Means::later},
    {"alert", Means::later},
    {"owner", Means::text},
    {"tags", Means::words},
    {"describe", Means::text, "description"},
    {"description", Means::text},
    {"depends_on", Means::words},
    {"order", Means::later},
    {"engine", Means::missing},
    {"disabled", Means::flag},
    {"performance", Means::later},
    {"test", Means::later},
    {"name", Means::text},
    {"from", Means::body},
    {"sql", Means::body},
});

const Known* find_word(std::string_view name) {
    const auto it = std::ranges::find(words, name, &Known::name);
    return it == words.end() ? nullptr : &*it;
}

void put(Value& settings, std::string key, const Span& key_span, Value value) {
    Value over;
    over.span = value.span;
    over.data = Map{};
    over.map()->push_back({std::move(key), key_span, std::move(value)});
    config::overlay(settings, over);
}

Value mapping_with(std::string key, const Span& span, Value value) {
    Value out;
    out.data = Map{};
    out.span = span;
    out.map()->push_back({std::move(key), span, std::move(value)});
    return out;
}

// Takes a key out of a mapping.
Value extract(Value& mapping, std::string_view key) {
    auto& map = *mapping.map();
    const auto it = std::ranges::find(map, key, &Entry::key);
    if (it == map.end()) return {};
    Value out = std::move(it->value);
    map.erase(it);
    return out;
}

bool is_mapping(Value& value, const std::string& name, Diagnostics& diagnostics) {
    if (value.is_null()) value.data = Map{};
    if (value.map()) return true;
    diagnostics.error("CFG102", "expected a mapping for " + name, value.span);
    return false;
}

std::string spelled(const Word& word) {
    return (word.place == Place::decorator ? "@" : "") + word.name;
}

void add_layer(Value& settings, Word word, Diagnostics& diagnostics) {
    if (!is_mapping(word.arguments, spelled(word), diagnostics)) return;
    if (word.name == "snapshot")
        return diagnostics.error("CFG113",
            "the snapshot layer is not in this build yet; it has bronze, silver and gold",
            word.span);
    if (word.name == "bronze" && word.place != Place::defaults)
        return diagnostics.error(
            "CFG113", "bronze datasets are defined by sources/*.yml, not by models", word.span);
    if (word.place != Place::defaults)
        if (Value name = extract(word.arguments, "name"); !name.is_null())
            put(settings, "name", name.span, name);
    if (word.name == "bronze") gather_file_options(word.arguments);
    put(settings, word.name, word.span, std::move(word.arguments));
}

void add_medallion(Value& settings, Word word, Diagnostics& diagnostics) {
    if (!word.arguments.map()) {
        Value layer = std::move(word.arguments);
        word.arguments = mapping_with("layer", word.span, std::move(layer));
    }
    const Value layer = extract(word.arguments, "layer");
    if (layer.is_null())
        return diagnostics.error("CFG103", "missing option 'layer' in " + spelled(word), word.span);
    const auto parsed = parse_layer(layer.raw);
    if (!parsed) {
        const std::vector<std::string> names{"bronze", "silver", "gold", "snapshot"};
        return diagnostics.error("CFG104",
            "'" + layer.raw + "' is not one of bronze, silver, gold, snapshot" +
                did_you_mean(layer.raw, names),
            layer.span);
    }
    word.name = to_string(*parsed);
    word.span = layer.span;
    add_layer(settings, std::move(word), diagnostics);
}

// @scd(2), @scd(type: 2, keys: […], track: […]): the words of silver, with the columns' parts where silver has them.
void add_scd(Value& settings, Word word, Diagnostics& diagnostics) {
    Value type;
    if (auto* map = word.arguments.map(); map && map->size() == 1 && map->front().value.is_null()) {
        type =
            config::text_value(map->front().key, map->front().key_span);  // @scd(2) is read as {2}
        map->clear();
    } else if (!map) {
        type = std::move(word.arguments);
        word.arguments = {};
    } else {
        type = extract(word.arguments, "type");
    }
    if (!is_mapping(word.arguments, spelled(word), diagnostics)) return;
    std::string history = type.is_null() ? "scd2" : type.raw;
    if (history.size() == 1) history.insert(0, "scd");
    Value silver;
    silver.data = Map{};
    silver.span = word.span;
    silver.map()->push_back({"history", word.span,
        config::text_value(history, type.is_null() ? word.span : type.span)});
    for (auto& entry : *word.arguments.map()) {
        static constexpr std::array<std::string_view, 7> of_columns{
            "track", "overwrite", "restate", "ignore", "previous", "current", "collapse"};
        if (std::ranges::find(of_columns, entry.key) == of_columns.end())
            silver.map()->push_back(std::move(entry));
        else
            put(silver, "columns", entry.key_span,
                mapping_with(entry.key, entry.key_span, std::move(entry.value)));
    }
    put(settings, "silver", word.span, std::move(silver));
}

// The words of a decorator come as a list: ("team"), (team: x), (a, b), ([a, b]).
void flatten(const Value& value, List& out) {
    if (const auto* list = value.list()) {
        for (const auto& item : *list) flatten(item, out);
    } else if (const auto* map = value.map()) {
        for (const auto& entry : *map) out.push_back(entry.value);
    } else if (!value.is_null()) {
        out.push_back(value);
    }
}

void add_text(Value& settings, Word word, std::string key, Diagnostics& diagnostics) {
    List found;
    flatten(word.arguments, found);
    if (found.empty())
        return diagnostics.error("CFG102", "expected text for " + spelled(word), word.span);
    put(settings, std::move(key), word.span, std::move(found.front()));
}

void add_words(Value& settings, Word word, std::string key) {
    List found;
    flatten(word.arguments, found);
    Value list;
    list.span = word.arguments.span;
    list.data = std::move(found);
    put(settings, std::move(key), word.span, std::move(list));
}

// @disabled, @disabled("why"), disabled: true.
void add_flag(Value& settings, Word word) {
    List found;
    flatten(word.arguments, found);
    Value flag;
    flag.span = word.span;
    flag.data = found.empty() || !std::holds_alternative<bool>(found.front().data) ||
                std::get<bool>(found.front().data);
    flag.raw = std::get<bool>(flag.data) ? "true" : "false";
    put(settings, word.name, word.span, std::move(flag));
}

bool is_own_engine(const Value& arguments) {
    List found;
    flatten(arguments, found);
    return found.size() == 1 && found.front().raw == "duckdb";
}

void add_known(
    Value& settings, Word word, const Known& known, bool appends, Diagnostics& diagnostics) {
    const std::string key =
        std::string(known.key.empty() ? known.name : known.key) + (appends ? "+" : "");
    switch (known.means) {
        case Means::layer: return add_layer(settings, std::move(word), diagnostics);
        case Means::medallion: return add_medallion(settings, std::move(word), diagnostics);
        case Means::scd: return add_scd(settings, std::move(word), diagnostics);
        case Means::of_silver:
            if (is_mapping(word.arguments, spelled(word), diagnostics))
                put(settings, "silver", word.span,
                    mapping_with(word.name, word.span, std::move(word.arguments)));
            return;
        case Means::expect:
            if (is_mapping(word.arguments, spelled(word), diagnostics))
                put(settings, key, word.span, std::move(word.arguments));
            return;
        case Means::text: return add_text(settings, std::move(word), key, diagnostics);
        case Means::words: return add_words(settings, std::move(word), key);
        case Means::flag: return add_flag(settings, std::move(word));
        case Means::body: return put(settings, key, word.span, std::move(word.arguments));
        case Means::noted: return put(settings, key, word.span, std::move(word.arguments));
        case Means::later:
            return diagnostics.warn(
                "CFG113", spelled(word) + " is not in this build yet and has no effect", word.span);
        case Means::missing:
            if (word.name == "engine" && is_own_engine(word.arguments)) return;
            return diagnostics.error("CFG113",
                spelled(word) + " is not in this build yet; without it the result would differ",
                word.span);
    }
}

}  // namespace

void add_word(Value& settings, Word word, Diagnostics& diagnostics) {
    const bool appends = word.name.size() > 1 && word.name.back() == '+';
    if (appends) word.name.pop_back();
    const auto* known = find_word(word.name);
    const bool in_sql = word.place == Place::decorator;
    if (known && !(in_sql && known->means == Means::body))
        return add_known(settings, std::move(word), *known, appends, diagnostics);
    std::vector<std::string> names;
    for (const auto& each : words)
        if (!in_sql || each.means != Means::body) names.emplace_back(each.name);
    const auto hint = did_you_mean(word.name, names);
    if (in_sql)
        diagnostics.error("CFG111", "unknown decorator @" + word.name + hint, word.span);
    else
        diagnostics.error("CFG101", "unknown option '" + word.name + "'" + hint, word.span);
}

std::vector<Word> words_of(Value mapping, Place place, Diagnostics& diagnostics) {
    std::vector<Word> out;
    if (mapping.is_null()) return out;
    if (!mapping.map()) {
        diagnostics.error("CFG102", "expected a mapping of options", mapping.span);
        return out;
    }
    for (auto& entry : *mapping.map())
        out.push_back({std::move(entry.key), entry.key_span, std::move(entry.value), place});
    return out;
}

std::optional<Layer> declared_layer(const Word& word) {
    if (word.name != "medallion") return parse_layer(word.name);
    const Value* layer = word.arguments.map() ? word.arguments.find("layer") : &word.arguments;
    return layer ? parse_layer(layer->raw) : std::nullopt;
}

}  // namespace ingot::project
