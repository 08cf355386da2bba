#pragma once
// Rows that go from files that stay, marked in deletion vectors.
#include <vector>

#include "run/context.h"

namespace ingot::run {

// The files as they are without the rows that _ingot_removed names in them; those of which nothing is left are not among them.
Result<std::vector<table::DataFile>> mark_rows(const RunContext& context, const Node& node,
    engine::Session& session, const std::vector<table::DataFile>& files);

}  // namespace ingot::run
