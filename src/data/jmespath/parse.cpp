// A Pratt parser: what stands left of a token binds it by that token's power.
#include <charconv>

#include "data/jmespath/expression.h"
#include "data/jmespath/node.h"

#include "base/suggest.h"

namespace ingot::jmespath {

namespace {

constexpr int deepest = 256;

struct Power {
    std::string_view symbol;
    int binds;
};
constexpr std::array<Power, 17> powers{Power{"|", 1}, {"||", 2}, {"&&", 3}, {"==", 5}, {"!=", 5},
    {"<", 5}, {">", 5}, {"<=", 5}, {">=", 5}, {"[]", 9}, {"*", 20}, {"[?", 21}, {".", 40},
    {"!", 45}, {"{", 50}, {"[", 55}, {"(", 60}};
constexpr int ends_projection = 10;

int power_of(std::string_view symbol) {
    for (const auto& power : powers)
        if (power.symbol == symbol) return power.binds;
    return 0;
}

Node join(Syntax syntax, Node left, Node right) {
    Node node{.syntax = syntax};
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    return node;
}

class Parser {
public:
    Parser(const std::vector<Token>& tokens, std::string_view text)
        : tokens_(tokens), text_(text) {}

    Result<Node> whole() {
        auto node = TRY(expression(0));
        if (token().kind != TokenKind::end) return error("unexpected " + shown(token()));
        return node;
    }

private:
    const Token& token(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    bool is(std::string_view symbol, std::size_t ahead = 0) const {
        return token(ahead).kind == TokenKind::symbol && token(ahead).text == symbol;
    }
    bool take(std::string_view symbol) {
        if (!is(symbol)) return false;
        ++at_;
        return true;
    }
    Status expect(std::string_view symbol) {
        if (take(symbol)) return {};
        return error("expected '" + std::string(symbol) + "', not " + shown(token()));
    }
    int power() const { return token().kind == TokenKind::symbol ? power_of(token().text) : 0; }

    Result<Node> expression(int right) {
        if (++depth_ > deepest) return error("it is nested too deeply");
        auto left = TRY(begin());
        while (right < power()) left = TRY(go_on(std::move(left)));
        --depth_;
        return left;
    }

    Result<Node> begin() {
        const auto& first = token();
        ++at_;
        switch (first.kind) {
            case TokenKind::identifier:
                if (is("(") && first.is_quoted) return error("a quoted name cannot be called");
                if (is("(")) return call(first);
                return Node{.syntax = Syntax::field, .text = first.text};
            case TokenKind::literal: return Node{.syntax = Syntax::literal, .text = first.text};
            case TokenKind::symbol: return begin_symbol(first.text);
            default: --at_; return error("unexpected " + shown(first));
        }
    }

    Result<Node> begin_symbol(const std::string& symbol) {
        if (symbol == "@") return Node{.syntax = Syntax::current};
        if (symbol == "*") return values_of(Node{.syntax = Syntax::current});
        if (symbol == "[]") return flattened(Node{.syntax = Syntax::current});
        if (symbol == "[?") return filtered(Node{.syntax = Syntax::current});
        if (symbol == "{") return object();
        if (symbol == "!") return prefixed(Syntax::negate, 45);
        if (symbol == "&") return prefixed(Syntax::reference, 0);
        if (symbol == "[") {
            if (token().kind == TokenKind::number || is(":"))
                return indexed(Node{.syntax = Syntax::current});
            if (is("*") && is("]", 1)) {
                at_ += 2;
                return projected(Syntax::project, Node{.syntax = Syntax::current}, 20);
            }
            return list();
        }
        if (symbol == "(") {
            auto inner = TRY(expression(0));
            TRY(expect(")"));
            // Parentheses end a projection.
            return join(Syntax::subexpression, std::move(inner), Node{.syntax = Syntax::current});
        }
        --at_;
        return error("unexpected '" + symbol + "'");
    }

    Result<Node> prefixed(Syntax syntax, int binds) {
        Node node{.syntax = syntax};
        node.children.push_back(TRY(expression(binds)));
        return node;
    }

    Result<Node> go_on(Node left) {
        const auto symbol = token().text;
        ++at_;
        if (symbol == ".") {
            if (take("*")) return values_of(std::move(left));
            auto right = TRY(after_dot(40));
            return join(Syntax::subexpression, std::move(left), std::move(right));
        }
        if (symbol == "|") {
            auto right = TRY(expression(1));
            return join(Syntax::subexpression, std::move(left), std::move(right));
        }
        if (symbol == "||" || symbol == "&&") {
            auto right = TRY(expression(power_of(symbol)));
            return join(
                symbol == "||" ? Syntax::either : Syntax::both, std::move(left), std::move(right));
        }
        if (symbol == "[]") return flattened(std::move(left));
        if (symbol == "[?") return filtered(std::move(left));
        if (symbol == "[") {
            if (token().kind == TokenKind::number || is(":")) return indexed(std::move(left));
            TRY(expect("*"));
            TRY(expect("]"));
            return projected(Syntax::project, std::move(left), 20);
        }
        if (power_of(symbol) == 5) {
            auto right = TRY(expression(5));
            auto node = join(Syntax::compare, std::move(left), std::move(right));
            node.text = symbol;
            return node;
        }
        --at_;
        return error("unexpected '" + symbol + "'");
    }

    Result<Node> after_dot(int right) {
        if (take("[")) return list();
        if (take("{")) return object();
        if (token().kind == TokenKind::identifier || is("*")) return expression(right);
        return error("expected a name after '.', not " + shown(token()));
    }

    // What a projection applies to each of its elements.
    Result<Node> right_side(int binds) {
        if (token().kind == TokenKind::end || power() < ends_projection)
            return Node{.syntax = Syntax::current};
        if (is("[") || is("[?")) return expression(binds);
        if (take(".")) return after_dot(binds);
        return error("unexpected " + shown(token()));
    }

    Result<Node> projected(Syntax syntax, Node left, int binds) {
        auto right = TRY(right_side(binds));
        return join(syntax, std::move(left), std::move(right));
    }
    Result<Node> values_of(Node left) {
        return projected(Syntax::project_values, std::move(left), 20);
    }

    Result<Node> flattened(Node left) {
        Node flat{.syntax = Syntax::flatten};
        flat.children.push_back(std::move(left));
        return projected(Syntax::project, std::move(flat), 9);
    }

    Result<Node> filtered(Node left) {
        auto condition = TRY(expression(0));
        TRY(expect("]"));
        auto right = TRY(right_side(21));
        auto node = join(Syntax::filter, std::move(left), std::move(condition));
        node.children.push_back(std::move(right));
        return node;
    }

    Result<std::int64_t> integer() {
        const auto& digits = token().text;
        std::int64_t number = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (read.ec != std::errc{}) return error(digits + " is too large for an index");
        ++at_;
        return number;
    }

    Result<Node> indexed(Node left) {
        if (!is(":") && !is(":", 1)) {
            Node index{.syntax = Syntax::index, .number = TRY(integer())};
            TRY(expect("]"));
            return join(Syntax::subexpression, std::move(left), std::move(index));
        }
        Node slice{.syntax = Syntax::slice};
        std::size_t bound = 0;
        while (!is("]")) {
            if (take(":")) {
                if (++bound > 2) return error("a slice has at most three numbers");
            } else if (token().kind == TokenKind::number && !slice.bounds.at(bound)) {
                slice.bounds.at(bound) = TRY(integer());
            } else {
                return error("unexpected " + shown(token()) + " in a slice");
            }
        }
        ++at_;
        if (slice.bounds[2] == 0) return error("the step of a slice cannot be 0");
        return projected(
            Syntax::project, join(Syntax::subexpression, std::move(left), std::move(slice)), 20);
    }

    Result<Node> list() {
        Node node{.syntax = Syntax::list};
        do node.children.push_back(TRY(expression(0)));
        while (take(","));
        TRY(expect("]"));
        return node;
    }

    Result<Node> object() {
        Node node{.syntax = Syntax::object};
        do {
            if (token().kind != TokenKind::identifier)
                return error("expected a key, not " + shown(token()));
            node.keys.push_back(token().text);
            ++at_;
            TRY(expect(":"));
            node.children.push_back(TRY(expression(0)));
        } while (take(","));
        TRY(expect("}"));
        return node;
    }

    Result<Node> call(const Token& name) {
        TRY(expect("("));
        Node node{.syntax = Syntax::call, .text = name.text};
        if (!is(")")) {
            do node.children.push_back(TRY(expression(0)));
            while (take(","));
        }
        TRY(expect(")"));
        const auto* function = find_function(name.text);
        if (!function)
            return error("there is no function '" + name.text + "'" +
                         did_you_mean(name.text, function_names()));
        const auto count = node.children.size();
        if (count < function->least || count > function->most)
            return error(name.text + "() does not take " + std::to_string(count) + " arguments");
        return node;
    }

    static std::string shown(const Token& token) {
        return token.kind == TokenKind::end ? "the end" : "'" + token.text + "'";
    }

    std::unexpected<Error> error(const std::string& message) const {
        return fail("CFG115", "'" + std::string(text_) + "' is not JMESPath at character " +
                                  std::to_string(token().at + 1) + ": " + message);
    }

    const std::vector<Token>& tokens_;
    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

// Literals are views of the tokens' text until here; from here on the tree owns it.
void settle_literals(Node& node) {
    if (node.syntax == Syntax::literal) node.value = *json::parse(node.text);
    for (auto& child : node.children) settle_literals(child);
}

std::optional<std::vector<std::string>> path_of(const Node& node) {
    if (node.syntax == Syntax::field) return std::vector{node.text};
    if (node.syntax != Syntax::subexpression) return std::nullopt;
    auto left = path_of(node.children[0]);
    const auto right = path_of(node.children[1]);
    if (!left || !right) return std::nullopt;
    left->insert(left->end(), right->begin(), right->end());
    return left;
}

}  // namespace

Result<Node> parse_tokens(const std::vector<Token>& tokens, std::string_view text) {
    return Parser(tokens, text).whole();
}

Result<Expression> Expression::parse(std::string_view text) {
    Expression expression;
    expression.text_ = std::make_shared<const std::string>(text);
    auto root = std::make_shared<Node>(TRY(parse_tokens(TRY(tokens_of(text)), text)));
    settle_literals(*root);
    expression.path_ = path_of(*root);
    expression.root_ = std::move(root);
    return expression;
}

}  // namespace ingot::jmespath
