#pragma once
// Where in the author's file an option of a dataset stands, for messages about it.
#include <string_view>

#include "project/dataset.h"

namespace ingot::project {

// The place of what was said for the option of its layer; of all options of the layer when that one was not given.
const Span& place_of_option(const Dataset& dataset, std::string_view option);
const Span& place_of_options(const Dataset& dataset);

}  // namespace ingot::project
