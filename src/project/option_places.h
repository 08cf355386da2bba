#pragma once
// Where in the author's file an option of a dataset stands, for messages about it.
#include <string_view>

#include "project/dataset.h"

namespace ingot::project {

// The place of what was said for the option of its layer; of all options of the layer when that one was not given.
const Span& place_of_option(const Dataset& dataset, std::string_view option);
const Span& place_of_options(const Dataset& dataset);
// Whether a file speaks for many datasets: the project's, a folder's defaults, a decorator of the team's own.
bool is_for_many(std::string_view file);
// What the dataset's own files say for an option, or for one within it; null when nobody says it, or only the defaults of the
// project or a folder, or a decorator of the team's own, which are for many datasets.
const config::Value* own_option(
    const Dataset& dataset, std::string_view option, std::string_view within = {});

}  // namespace ingot::project
