#include "medallion/join/keys.h"

#include <algorithm>

#include "base/suggest.h"

namespace ingot::join {

namespace {

using config::Value;

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

Status has_column(
    const SideFacts& side, const std::string& which, const std::string& name, const Span& where) {
    if (find_column(side.columns, name)) return {};
    return fail("PRJ106",
        "the " + which + " side has no column '" + name + "' (it has " +
            listed(names_of(side.columns)) + ")" + did_you_mean(name, names_of(side.columns)),
        where);
}

Status both_have(
    const KeyPair& pair, const SideFacts& left, const SideFacts& right, const Span& where) {
    TRY(has_column(left, "left", pair.left, where));
    return has_column(right, "right", pair.right, where);
}

// A column's name for both sides, or {left|source, right|target}.
Result<KeyPair> pair_of(const Value& value) {
    if (!value.map()) {
        if (value.list() || value.is_null())
            return fail("CFG102", "expected a column or {left, right}", value.span);
        return KeyPair{value.raw, value.raw};
    }
    const auto* left = value.find("left") ? value.find("left") : value.find("source");
    const auto* right = value.find("right") ? value.find("right") : value.find("target");
    if (!left || !right)
        return fail("CFG102", "a pair of columns is {left: …, right: …}", value.span);
    return KeyPair{left->raw, right->raw};
}

std::vector<const Value*> items(const Value& value) {
    std::vector<const Value*> out;
    if (const auto* list = value.list())
        for (const auto& item : *list) out.push_back(&item);
    else if (!value.is_null())
        out.push_back(&value);
    return out;
}

bool is_auto(const Value& keys) {
    return keys.is_null() || (!keys.list() && !keys.map() && keys.raw == "auto");
}

// A column is equal to one column of the other side: of two, one would decide and the other be forgotten.
Status names_neither(const KeyPair& pair, const std::vector<KeyPair>& before, const Span& where) {
    for (const auto& [left, right] : before) {
        const bool again = same_name(left, pair.left);
        if (again || same_name(right, pair.right))
            return fail("CFG108",
                "'" + (again ? pair.left : pair.right) +
                    "' is in two pairs of keys; name each column of a side once",
                where);
    }
    return {};
}

std::vector<const Value*> written_pairs(const Output& output) {
    auto written = items(output.join_key_pairs);
    if (written.empty() && !is_auto(output.join_keys)) written = items(output.join_keys);
    return written;
}

constexpr std::size_t most_common_columns = 3;

Result<std::vector<KeyPair>> suggested(
    const SideFacts& left, const SideFacts& right, const Span& where) {
    std::vector<KeyPair> pairs;
    for (std::size_t i = 0; i < std::min(left.primary_keys.size(), right.primary_keys.size()); ++i)
        if (find_column(left.columns, left.primary_keys[i]) &&
            find_column(right.columns, right.primary_keys[i]))
            pairs.push_back({left.primary_keys[i], right.primary_keys[i]});
    if (!pairs.empty()) return pairs;
    std::vector<std::string> common;
    for (const auto& column : left.columns)
        if (find_column(right.columns, column.name)) common.push_back(column.name);
    std::ranges::sort(common);
    if (common.size() > most_common_columns) common.resize(most_common_columns);
    if (common.empty())
        return fail("CFG103",
            "the sides have neither primary keys in their metadata nor a column in common; say "
            "join_keys or join_key_pairs. Left: " +
                listed(names_of(left.columns)) + "; right: " + listed(names_of(right.columns)),
            where);
    for (const auto& name : common) pairs.push_back({name, name});
    return pairs;
}

const Joined* find(const std::vector<Joined>& columns, std::string_view name) {
    const auto it = std::ranges::find_if(
        columns, [&](const Joined& column) { return same_name(column.name, name); });
    return it == columns.end() ? nullptr : &*it;
}

// left.x, right.x and their second spellings; nothing when there is no such column.
const Joined* qualified(const std::vector<Joined>& columns, std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto side = text.substr(0, dot), name = text.substr(dot + 1);
    if (side == "right" || side == "target") {
        if (const auto* renamed = find(columns, std::string(name) + "_right")) return renamed;
        const auto* plain = find(columns, name);
        return plain && plain->source != "left" ? plain : nullptr;
    }
    if (side != "left" && side != "source") return nullptr;
    const auto* plain = find(columns, name);
    return plain && plain->source != "right" ? plain : nullptr;
}

const Joined* selected(const std::vector<Joined>& columns, const std::string& text) {
    if (const auto* plain = find(columns, text)) return plain;
    if (const auto* side = qualified(columns, text)) return side;
    return find(columns, text + "_right");
}

struct Wanted {
    std::string text;
    std::optional<std::string> alias;
};

Result<Wanted> wanted(const Value& entry) {
    const auto* map = entry.map();
    if (!map) return Wanted{entry.raw, {}};
    if (const auto* source = entry.find("source")) {
        const auto* alias = entry.find("alias");
        return Wanted{source->raw, alias ? std::optional(alias->raw) : std::nullopt};
    }
    if (map->size() != 1)
        return fail(
            "CFG102", "a selected column is a name, {source, alias} or {old: new}", entry.span);
    return Wanted{map->front().key, map->front().value.raw};
}

}  // namespace

Result<std::vector<KeyPair>> key_pairs(
    const Output& output, const SideFacts& left, const SideFacts& right) {
    const auto written = written_pairs(output);
    std::vector<KeyPair> pairs;
    for (const auto* item : written) {
        const auto pair = TRY(pair_of(*item));
        TRY(both_have(pair, left, right, item->span));
        TRY(names_neither(pair, pairs, item->span));
        pairs.push_back(pair);
    }
    if (!pairs.empty()) return pairs;
    // The columns of time that an as-of join compares are common, but no keys.
    pairs = TRY(suggested(left, right, output.path.span));
    if (const auto time = TRY(time_pair(output, left, right))) std::erase(pairs, *time);
    return pairs;
}

bool are_suggested(const Output& output) { return written_pairs(output).empty(); }

Result<std::optional<KeyPair>> time_pair(
    const Output& output, const SideFacts& left, const SideFacts& right) {
    if (output.join_type != Type::as_of) return std::nullopt;
    if (output.as_of.is_null())
        return fail("CFG103",
            "join_type: as_of needs as_of: a column of time, or {left: …, right: …}",
            output.path.span);
    const auto pair = TRY(pair_of(output.as_of));
    TRY(both_have(pair, left, right, output.as_of.span));
    return pair;
}

std::int64_t chunk_size(const Output& output, const SideFacts& left) {
    if (output.chunk_size) return *output.chunk_size;
    if (output.performance_profile == Profile::single) return 0;
    const auto n = left.record_count.value_or(left.rows);
    if (output.performance_profile == Profile::chunked)
        return std::clamp<std::int64_t>(n / 4, 1000, 50000);
    if (n <= 5000 || output.join_strategy == Strategy::broadcast) return 0;
    const auto split = std::clamp<std::int64_t>(n / 6, 1000, 40000);
    if (output.join_strategy == Strategy::hash)
        return std::clamp<std::int64_t>(split / 2, 1000, 20000);
    return split;
}

std::vector<Joined> joined_columns(
    const SideFacts& left, const SideFacts& right, const std::vector<KeyPair>& keys, Type type) {
    std::vector<Joined> out;
    for (const auto& column : left.columns) {
        const bool key = std::ranges::any_of(
            keys, [&](const KeyPair& pair) { return same_name(pair.left, column.name); });
        out.push_back({column.name, key ? "both" : "left", column.name, column.type});
    }
    if (type == Type::semi || type == Type::anti) return out;
    for (const auto& column : right.columns) {
        if (std::ranges::any_of(
                keys, [&](const KeyPair& pair) { return same_name(pair.right, column.name); }))
            continue;
        auto name = column.name;
        while (find(out, name)) name += "_right";
        out.push_back({name, "right", column.name, column.type});
    }
    return out;
}

Result<std::vector<Projected>> projection(const Value& select, const std::vector<Joined>& columns) {
    std::vector<Projected> out;
    if (select.is_null()) {
        for (const auto& column : columns)
            out.push_back({column.name, column.name, {}, column.source});
        return out;
    }
    std::vector<std::string> missing;
    for (const auto* item : items(select)) {
        const auto entry = TRY(wanted(*item));
        const auto* column = selected(columns, entry.text);
        if (!column) {
            missing.push_back(entry.text);
            continue;
        }
        const auto name = entry.alias.value_or(entry.text);
        const bool again = std::ranges::any_of(
            out, [&](const Projected& before) { return same_name(before.name, name); });
        if (again)
            return fail("CFG108",
                "select_columns makes two columns named '" + name +
                    "'; give one another name: {source: " + entry.text + ", alias: …}",
                item->span);
        out.push_back({column->name, name,
            entry.alias || entry.text != column->name ? std::optional(name) : std::nullopt,
            column->source});
    }
    if (!missing.empty()) {
        std::vector<std::string> names;
        for (const auto& column : columns) names.push_back(column.name);
        return fail("PRJ106",
            "select_columns names columns that the join does not have: " + listed(missing) +
                "; it has " + listed(names),
            select.span);
    }
    return out;
}

}  // namespace ingot::join
