#pragma once
// Where a table is found by its readers, and where it stands when that is another place.
#include <optional>
#include <string>

#include "project/manifest.h"

namespace ingot {

// The format of the plain files that readers find, when they do not read the table's own log.
std::optional<TableKind> plain_format(const Dataset& dataset);

// The folder of the layer, relative to the warehouse.
std::string place_for_readers(const Dataset& dataset, const Manifest& manifest);

// Where a table with plain files has its versions.
std::string place_behind(const Dataset& dataset, const Manifest& manifest);

}  // namespace ingot
