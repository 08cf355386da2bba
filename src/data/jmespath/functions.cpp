#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "data/jmespath/expression.h"
#include "data/jmespath/node.h"
#include "data/json_scan.h"

namespace ingot::jmespath {

namespace {

using json::Items;
using json::Kind;
using json::Value;

const Value& first(const Call& call) { return call.arguments[0].value; }
const Value& second(const Call& call) { return call.arguments[1].value; }

std::vector<std::string> characters(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = std::max<std::size_t>(1, utf8_length(text, at));
        out.push_back(text.substr(at, length));
        at += length;
    }
    return out;
}

// Of two values of one kind; UTF-8 sorts as its code points do.
bool is_less(const Value& a, const Value& b) {
    return a.kind() == Kind::number ? a.number() < b.number() : a.text() < b.text();
}

Result<Value> absolute(const Call& call) { return Value::of(std::abs(first(call).number())); }
Result<Value> ceiling(const Call& call) { return Value::of(std::ceil(first(call).number())); }
Result<Value> rounded_down(const Call& call) { return Value::of(std::floor(first(call).number())); }

Result<Value> sum(const Call& call) {
    double total = 0;
    for (const auto& item : first(call).items()) total += item.number();
    return Value::of(total);
}

Result<Value> average(const Call& call) {
    const auto count = first(call).items().size();
    if (count == 0) return Value();
    return Value::of(TRY(sum(call)).number() / static_cast<double>(count));
}

Result<Value> contains(const Call& call) {
    if (first(call).kind() == Kind::string)
        return Value::of(second(call).kind() == Kind::string &&
                         first(call).text().find(second(call).text()) != std::string::npos);
    const auto items = first(call).items();
    return Value::of(std::ranges::find(items, second(call)) != items.end());
}

Result<Value> starts_with(const Call& call) {
    return Value::of(first(call).text().starts_with(second(call).text()));
}
Result<Value> ends_with(const Call& call) {
    return Value::of(first(call).text().ends_with(second(call).text()));
}

Result<Value> join(const Call& call) {
    std::string out;
    bool is_first = true;
    for (const auto& item : second(call).items()) {
        if (!is_first) out += first(call).text();
        out += item.text();
        is_first = false;
    }
    return Value::of(std::move(out));
}

Result<Value> keys(const Call& call) {
    Items out;
    for (auto& [key, value] : first(call).members()) out.push_back(Value::of(std::move(key)));
    return Value::of(std::move(out));
}
Result<Value> values(const Call& call) {
    Items out;
    for (auto& [key, value] : first(call).members()) out.push_back(std::move(value));
    return Value::of(std::move(out));
}

Result<Value> length(const Call& call) {
    const auto& value = first(call);
    const auto size = value.kind() == Kind::string ? characters(value.text()).size()
                      : value.kind() == Kind::list ? value.items().size()
                                                   : value.members().size();
    return Value::of(static_cast<double>(size));
}

Result<Value> map(const Call& call) {
    Items out;
    for (const auto& item : second(call).items())
        out.push_back(TRY(call.evaluate(*call.arguments[0].expression, item)));
    return Value::of(std::move(out));
}

Result<Value> greatest(const Call& call) {
    const auto items = first(call).items();
    return items.empty() ? Value() : *std::ranges::max_element(items, is_less);
}
Result<Value> least(const Call& call) {
    const auto items = first(call).items();
    return items.empty() ? Value() : *std::ranges::min_element(items, is_less);
}

struct Ranked {
    Value key;
    Value item;
};
bool ranks_below(const Ranked& a, const Ranked& b) { return is_less(a.key, b.key); }

// Each element with what the expression says of it: all numbers or all text.
Result<std::vector<Ranked>> ranked(const Call& call) {
    std::vector<Ranked> out;
    for (const auto& item : first(call).items()) {
        auto key = TRY(call.evaluate(*call.arguments[1].expression, item));
        const bool fits = (key.kind() == Kind::number || key.kind() == Kind::string) &&
                          (out.empty() || out.front().key.kind() == key.kind());
        if (!fits)
            return fail(
                "EXT104", "the elements are to be ordered by numbers or by text, and one has " +
                              std::string(to_string(key.kind())) + " there");
        out.push_back({std::move(key), item});
    }
    return out;
}

Result<Value> greatest_by(const Call& call) {
    const auto all = TRY(ranked(call));
    return all.empty() ? Value() : std::ranges::max_element(all, ranks_below)->item;
}
Result<Value> least_by(const Call& call) {
    const auto all = TRY(ranked(call));
    return all.empty() ? Value() : std::ranges::min_element(all, ranks_below)->item;
}
Result<Value> sorted_by(const Call& call) {
    auto all = TRY(ranked(call));
    std::ranges::stable_sort(all, ranks_below);
    Items out;
    for (auto& each : all) out.push_back(std::move(each.item));
    return Value::of(std::move(out));
}
Result<Value> sorted(const Call& call) {
    auto items = first(call).items();
    std::ranges::stable_sort(items, is_less);
    return Value::of(std::move(items));
}

Result<Value> merged(const Call& call) {
    json::Members out;
    for (const auto& argument : call.arguments)
        for (auto& [key, value] : argument.value.members()) {
            const auto it = std::ranges::find(out, key, &json::Members::value_type::first);
            if (it == out.end())
                out.emplace_back(key, value);
            else
                it->second = value;
        }
    return Value::of(std::move(out));
}

Result<Value> first_not_null(const Call& call) {
    for (const auto& argument : call.arguments)
        if (!argument.value.is_null()) return argument.value;
    return Value();
}

Result<Value> reversed(const Call& call) {
    if (first(call).kind() == Kind::list) {
        auto items = first(call).items();
        std::ranges::reverse(items);
        return Value::of(std::move(items));
    }
    std::string out;
    auto letters = characters(first(call).text());
    std::ranges::reverse(letters);
    for (const auto& letter : letters) out += letter;
    return Value::of(std::move(out));
}

Result<Value> as_list(const Call& call) {
    return first(call).kind() == Kind::list ? first(call) : Value::of(Items{first(call)});
}
Result<Value> as_text(const Call& call) {
    return first(call).kind() == Kind::string ? first(call) : Value::of(first(call).written());
}

Result<Value> as_number(const Call& call) {
    const auto& value = first(call);
    if (value.kind() == Kind::number) return value;
    if (value.kind() != Kind::string) return Value();
    const auto text = value.text();
    const auto parsed = json::parse(text);
    return parsed && parsed->kind() == Kind::number && parsed->source() == text
               ? Value::of(parsed->number())
               : Value();
}

Result<Value> type(const Call& call) {
    return Value::of(std::string(to_string(first(call).kind())));
}

using namespace takes;
constexpr std::size_t no_end = 1000;
constexpr auto functions = std::to_array<Function>({
    {"abs", {number, 0}, 1, 1, absolute},
    {"avg", {numbers, 0}, 1, 1, average},
    {"ceil", {number, 0}, 1, 1, ceiling},
    {"contains", {string | list, any}, 2, 2, contains},
    {"ends_with", {string, string}, 2, 2, ends_with},
    {"floor", {number, 0}, 1, 1, rounded_down},
    {"join", {string, strings}, 2, 2, join},
    {"keys", {object, 0}, 1, 1, keys},
    {"length", {string | list | object, 0}, 1, 1, length},
    {"map", {expression, list}, 2, 2, map},
    {"max", {numbers | strings, 0}, 1, 1, greatest},
    {"max_by", {list, expression}, 2, 2, greatest_by},
    {"merge", {object, object}, 1, no_end, merged},
    {"min", {numbers | strings, 0}, 1, 1, least},
    {"min_by", {list, expression}, 2, 2, least_by},
    {"not_null", {any, any}, 1, no_end, first_not_null},
    {"reverse", {string | list, 0}, 1, 1, reversed},
    {"sort", {numbers | strings, 0}, 1, 1, sorted},
    {"sort_by", {list, expression}, 2, 2, sorted_by},
    {"starts_with", {string, string}, 2, 2, starts_with},
    {"sum", {numbers, 0}, 1, 1, sum},
    {"to_array", {any, 0}, 1, 1, as_list},
    {"to_number", {any, 0}, 1, 1, as_number},
    {"to_string", {any, 0}, 1, 1, as_text},
    {"type", {any, 0}, 1, 1, type},
    {"values", {object, 0}, 1, 1, values},
});

}  // namespace

const Function* find_function(std::string_view name) {
    const auto* it = std::ranges::find(functions, name, &Function::name);
    return it == functions.end() ? nullptr : &*it;
}

std::vector<std::string> function_names() {
    std::vector<std::string> names;
    for (const auto& function : functions) names.emplace_back(function.name);
    return names;
}

}  // namespace ingot::jmespath
