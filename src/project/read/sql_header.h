#pragma once
// The comments above a model's SELECT: its decorators, and where the SELECT begins.
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "config/value.h"

namespace ingot::project {

// One decorator as written: @name(arguments). Arguments are a mapping, or, for decorators that take plain words
// (@tags(a, b), @owner("team")), a list; nothing when there are no parentheses.
struct Decorator {
    std::string name;
    Span span;  // of the @
    config::Value arguments;
};

struct SqlModel {
    std::vector<Decorator> decorators;  // from the top down
    std::string_view body;              // of the text that was read
    Span body_span;
};

SqlModel read_sql_model(std::string_view text, std::string_view file, Diagnostics& diagnostics);

}  // namespace ingot::project
