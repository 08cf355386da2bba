#pragma once
// JMESPath (jmespath.org): the whole language. Parsed once, with unknown functions and wrong numbers of arguments found
// then; evaluated on values that stay views of their document.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/json_value.h"

namespace ingot::jmespath {

struct Node;

class Expression {
public:
    // CFG115 with the place in the expression when it is not JMESPath.
    static Result<Expression> parse(std::string_view text);

    // What the expression selects. A function that was given a value of another type than it takes is EXT104. The
    // result may view the document and this expression.
    Result<json::Value> of(const json::Value& document) const;

    // The keys of `a.b.c`, for callers that can walk there themselves; nothing for any other expression.
    const std::optional<std::vector<std::string>>& path() const { return path_; }
    const std::string& text() const { return *text_; }

private:
    std::shared_ptr<const std::string> text_;
    std::shared_ptr<const Node> root_;
    std::optional<std::vector<std::string>> path_;
};

// JMESPath calls false what is null, false, or empty text, list or object.
bool is_true(const json::Value& value);

}  // namespace ingot::jmespath
