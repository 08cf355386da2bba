#pragma once
// YAML text to config::Value, with the place of every key and value. The one reader of YAML.
#include <string_view>

#include "base/diagnostics.h"
#include "config/value.h"

namespace ingot::project {

struct YamlText {
    std::string_view text;
    std::string_view file;  // interned
    // Where the text begins in its file, for YAML that stands inside another file's comments.
    int line = 1;
    int column = 1;
    Code syntax = "CFG106";  // how a syntax error is reported
};

// The document, or what could be read before the first mistake of syntax. One document a text; keys are scalars; a key
// that stands twice is CFG107 at the second place, naming the first. Aliases are copies; `<<` merges. Never throws,
// whatever the text.
config::Value read_yaml(const YamlText& source, Diagnostics& diagnostics);

}  // namespace ingot::project
