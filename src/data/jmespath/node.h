#pragma once
// The syntax tree of an expression, and what its functions are.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/json_value.h"

namespace ingot::jmespath {

enum class Syntax {
    current,         // @
    field,           // text
    literal,         // value
    subexpression,   // left.right, and pipes: children
    index,           // number
    slice,           // bounds
    flatten,         // children[0] []
    project,         // children[0][*] children[1]
    project_values,  // children[0].* children[1]
    filter,          // children[0][? children[1]] children[2]
    compare,         // text: the operator
    either,          // ||
    both,            // &&
    negate,          // !
    list,            // [a, b]
    object,          // {text: child}, keys as the literals of the children's `key`
    call,            // text(children)
    reference,       // &child
};

struct Node {
    Syntax syntax = Syntax::current;
    std::string text{};
    json::Value value{};
    std::int64_t number = 0;
    std::array<std::optional<std::int64_t>, 3> bounds{};  // start, stop, step
    std::vector<Node> children{};
    std::vector<std::string> keys{};
};

enum class TokenKind {
    end,
    identifier,
    literal,  // JSON between back-quotes, or raw text between quotes
    number,
    symbol,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text{};  // the identifier, JSON of the literal, the digits, the symbol
    std::size_t at = 0;
    bool is_quoted = false;
};

Result<std::vector<Token>> tokens_of(std::string_view text);
Result<Node> parse_tokens(const std::vector<Token>& tokens, std::string_view text);

// What an argument of a function may be; bits.
namespace takes {
inline constexpr unsigned null = 1, boolean = 2, number = 4, string = 8, list = 16, object = 32,
                          expression = 64, numbers = 128, strings = 256, any = 63;
}

struct Argument {
    json::Value value{};
    const Node* expression = nullptr;
};

struct Call {
    std::span<const Argument> arguments;
    // Evaluates the expression of an argument.
    Result<json::Value> (*evaluate)(const Node& node, const json::Value& on);
};

struct Function {
    std::string_view name;
    std::array<unsigned, 2> takes;
    std::size_t least;
    std::size_t most;
    Result<json::Value> (*apply)(const Call& call);
};

// Nothing when there is no function of this name.
const Function* find_function(std::string_view name);
std::vector<std::string> function_names();

}  // namespace ingot::jmespath
