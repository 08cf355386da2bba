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

Status both_have(const std::vector<KeyPair>& pairs, const SideFacts& left, const SideFacts& right) {
    for (const auto& pair : pairs) {
        if (!find_column(left.columns, pair.left))
            return fail("PRJ106", "the left side has no column '" + pair.left + "'" +
                                      did_you_mean(pair.left, names_of(left.columns)));
        if (!find_column(right.columns, pair.right))
            return fail("PRJ106", "the right side has no column '" + pair.right + "'" +
                                      did_you_mean(pair.right, names_of(right.columns)));
    }
    return {};
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

constexpr std::size_t most_common_columns = 3;

Result<std::vector<KeyPair>> suggested(const SideFacts& left, const SideFacts& right) {
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
                listed(names_of(left.columns)) + "; right: " + listed(names_of(right.columns)));
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
    std::vector<KeyPair> pairs;
    for (const auto* item : items(output.join_key_pairs)) pairs.push_back(TRY(pair_of(*item)));
    if (pairs.empty() && !is_auto(output.join_keys))
        for (const auto* item : items(output.join_keys)) pairs.push_back(TRY(pair_of(*item)));
    if (pairs.empty()) {
        // The columns of time that an as-of join compares are common, but no keys.
        pairs = TRY(suggested(left, right));
        if (const auto time = TRY(time_pair(output, left, right))) std::erase(pairs, *time);
    }
    TRY(both_have(pairs, left, right));
    return pairs;
}

Result<std::optional<KeyPair>> time_pair(
    const Output& output, const SideFacts& left, const SideFacts& right) {
    if (output.join_type != Type::as_of) return std::nullopt;
    if (output.as_of.is_null())
        return fail("CFG103",
            "join_type: as_of needs as_of: a column of time, or {left: …, right: …}",
            output.path.span);
    const auto pair = TRY(pair_of(output.as_of));
    TRY(both_have({pair}, left, right));
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
        const bool written = entry.alias || entry.text != column->name;
        out.push_back({column->name, entry.alias.value_or(entry.text),
            written ? std::optional(entry.alias.value_or(entry.text)) : std::nullopt,
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
