#pragma once
// What has to be known of the engine's functions by name alone, so that reading a SELECT needs no catalog.
// A test holds these lists against the catalog of the engine.
#include <string_view>

namespace ingot::engine {

enum class FunctionKind {
    row_wise,   // the row's values decide
    aggregate,  // the rows together
    unnest,     // one row becomes many
    changing,   // another answer at another time
};

// Names as the parser gives them, without regard to case; unknown ones count as row-wise, unless they end in _agg.
FunctionKind kind_of_function(std::string_view name);

}  // namespace ingot::engine
