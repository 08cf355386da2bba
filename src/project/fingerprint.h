#pragma once
// What a dataset's content depends on, as one hash: options that affect data and the SQL, not places, layout or words for people.
#include <string>

#include "project/dataset.h"

namespace ingot::project {

std::string fingerprint_of(const Dataset& dataset);

}  // namespace ingot::project
