// In this order: options, describe(), the class or functions, and the kind. $pattern beside this file shows it done.
#include "config/describe.h"

namespace ingot {

namespace {

struct Options {
    std::string path;
};

constexpr auto describe(config::Of<Options>) {
    using config::field;
    return config::record("$name", "Say what it is, for the person who types it.",
        field("path", &Options::path, "Say what it means.").required());
}

}  // namespace

extern const $Macro ${name}_$macro;
const $Macro ${name}_$macro{"$name", "Say what it is, in one line."};

}  // namespace ingot
