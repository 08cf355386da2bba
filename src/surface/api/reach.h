#pragma once
// Whether a source answers, for `ingot doctor --connect`.
#include "platform/engine/session.h"
#include "project/dataset.h"

namespace ingot::api {

// One question that changes nothing, and what was answered, in a few words; a program is looked for and not started. Of
// sources that are not files.
Result<std::string> reach(
    engine::Session& session, const BronzeDataset& bronze, const std::string& root);

}  // namespace ingot::api
