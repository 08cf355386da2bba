#pragma once
// Where a dotted path goes by a name that an answer does not have.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json_value.h"

namespace ingot::api {

struct MissingName {
    std::string within;              // the path so far; empty: the answer itself
    std::string name;                // that is not there
    std::vector<std::string> there;  // those that are

    // "'data' has no 'itms'; did you mean 'items'?"
    std::string text() const;
    // The same, and the first of those that are.
    std::string text_with_members() const;
};

// Nothing where the path leads somewhere, and for expressions that are more than names.
std::optional<MissingName> missing_name(const json::Value& document, std::string_view path);

}  // namespace ingot::api
