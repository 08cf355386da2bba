#include <algorithm>

#include "data/jmespath/expression.h"
#include "data/jmespath/node.h"

namespace ingot::jmespath {

namespace {

using json::Items;
using json::Kind;
using json::Value;

Result<Value> evaluate(const Node& node, const Value& on);

Value element(const Value& list, std::int64_t index) {
    const auto items = list.items();
    const auto size = static_cast<std::int64_t>(items.size());
    if (index < 0) index += size;
    return index < 0 || index >= size ? Value() : items[static_cast<std::size_t>(index)];
}

Value slice_of(const Value& list, const Node& node) {
    if (list.kind() != Kind::list) return {};
    const auto items = list.items();
    const auto size = static_cast<std::int64_t>(items.size());
    const auto step = node.bounds[2].value_or(1);
    const auto bound = [&](const std::optional<std::int64_t>& given, std::int64_t otherwise) {
        if (!given) return otherwise;
        const auto at = *given < 0 ? *given + size : *given;
        return std::clamp<std::int64_t>(at, step < 0 ? -1 : 0, step < 0 ? size - 1 : size);
    };
    const auto start = bound(node.bounds[0], step < 0 ? size - 1 : 0);
    const auto stop = bound(node.bounds[1], step < 0 ? -1 : size);
    Items out;
    for (auto i = start; step > 0 ? i < stop : i > stop; i += step)
        out.push_back(items[static_cast<std::size_t>(i)]);
    return Value::of(std::move(out));
}

Value flattened(const Value& list) {
    if (list.kind() != Kind::list) return {};
    Items out;
    for (const auto& item : list.items()) {
        if (item.kind() != Kind::list) {
            out.push_back(item);
            continue;
        }
        auto inner = item.items();
        std::ranges::move(inner, std::back_inserter(out));
    }
    return Value::of(std::move(out));
}

Result<Value> projected(const Items& items, const Node& each) {
    Items out;
    for (const auto& item : items)
        if (auto found = TRY(evaluate(each, item)); !found.is_null())
            out.push_back(std::move(found));
    return Value::of(std::move(out));
}

Result<Value> filtered(const Node& node, const Value& on) {
    const auto list = TRY(evaluate(node.children[0], on));
    if (list.kind() != Kind::list) return Value();
    Items kept;
    for (const auto& item : list.items())
        if (is_true(TRY(evaluate(node.children[1], item)))) kept.push_back(item);
    return projected(kept, node.children[2]);
}

Value compared(const std::string& sign, const Value& left, const Value& right) {
    if (sign == "==") return Value::of(left == right);
    if (sign == "!=") return Value::of(!(left == right));
    if (left.kind() != Kind::number || right.kind() != Kind::number) return {};
    const auto a = left.number(), b = right.number();
    return Value::of(sign == "<" ? a < b : sign == "<=" ? a <= b : sign == ">" ? a > b : a >= b);
}

Result<Value> called(const Node& node, const Value& on) {
    std::vector<Argument> arguments;
    const auto* function = find_function(node.text);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const auto& child = node.children[i];
        const auto wanted = function->takes.at(std::min<std::size_t>(i, 1));
        Argument argument;
        unsigned is = takes::expression;
        if (child.syntax == Syntax::reference) {
            argument.expression = &child.children[0];
        } else {
            argument.value = TRY(evaluate(child, on));
            const auto kind = argument.value.kind();
            is = 1U << static_cast<unsigned>(kind);
            const auto all = [&](Kind of) {
                return kind == Kind::list && std::ranges::all_of(argument.value.items(),
                                                 [&](const Value& v) { return v.kind() == of; });
            };
            if ((wanted & takes::numbers) != 0 && all(Kind::number)) is |= takes::numbers;
            if ((wanted & takes::strings) != 0 && all(Kind::string)) is |= takes::strings;
        }
        if ((is & wanted) == 0)
            return fail("EXT104",
                node.text + "() does not take " +
                    (argument.expression
                            ? std::string("an expression")
                            : "a value of type " + std::string(to_string(argument.value.kind()))) +
                    " as argument " + std::to_string(i + 1));
        arguments.push_back(std::move(argument));
    }
    return function->apply({.arguments = arguments, .evaluate = evaluate});
}

Result<Value> object_of(const Node& node, const Value& on) {
    if (on.is_null()) return Value();
    json::Members members;
    for (std::size_t i = 0; i < node.keys.size(); ++i)
        members.emplace_back(node.keys[i], TRY(evaluate(node.children[i], on)));
    return Value::of(std::move(members));
}

Result<Value> list_of(const Node& node, const Value& on) {
    if (on.is_null()) return Value();
    Items items;
    for (const auto& child : node.children) items.push_back(TRY(evaluate(child, on)));
    return Value::of(std::move(items));
}

Result<Value> values_of(const Node& node, const Value& on) {
    const auto object = TRY(evaluate(node.children[0], on));
    if (object.kind() != Kind::object) return Value();
    Items values;
    for (auto& [key, value] : object.members()) values.push_back(std::move(value));
    return projected(values, node.children[1]);
}

Result<Value> evaluate(const Node& node, const Value& on) {
    switch (node.syntax) {
        case Syntax::current: return on;
        case Syntax::field: return on.member(node.text).value_or(Value());
        case Syntax::literal: return node.value;
        case Syntax::subexpression:
            return evaluate(node.children[1], TRY(evaluate(node.children[0], on)));
        case Syntax::index: return element(on, node.number);
        case Syntax::slice: return slice_of(on, node);
        case Syntax::flatten: return flattened(TRY(evaluate(node.children[0], on)));
        case Syntax::project: {
            const auto list = TRY(evaluate(node.children[0], on));
            if (list.kind() != Kind::list) return Value();
            return projected(list.items(), node.children[1]);
        }
        case Syntax::project_values: return values_of(node, on);
        case Syntax::filter: return filtered(node, on);
        case Syntax::compare:
            return compared(node.text, TRY(evaluate(node.children[0], on)),
                TRY(evaluate(node.children[1], on)));
        case Syntax::either: {
            auto left = TRY(evaluate(node.children[0], on));
            return is_true(left) ? left : evaluate(node.children[1], on);
        }
        case Syntax::both: {
            auto left = TRY(evaluate(node.children[0], on));
            return is_true(left) ? evaluate(node.children[1], on) : left;
        }
        case Syntax::negate: return Value::of(!is_true(TRY(evaluate(node.children[0], on))));
        case Syntax::list: return list_of(node, on);
        case Syntax::object: return object_of(node, on);
        case Syntax::call: return called(node, on);
        case Syntax::reference: return Value();  // means something to a function only
    }
    return Value();
}

}  // namespace

bool is_true(const Value& value) {
    switch (value.kind()) {
        case Kind::null: return false;
        case Kind::boolean: return value.boolean();
        case Kind::number: return true;
        case Kind::string: return !value.text().empty();
        case Kind::list: return !value.items().empty();
        case Kind::object: return !value.members().empty();
    }
    return false;
}

Result<Value> Expression::of(const Value& document) const { return evaluate(*root_, document); }

}  // namespace ingot::jmespath
