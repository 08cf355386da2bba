#pragma once
// Landing from sources that are asked: fetch, type, drop what has landed before, and publish the rows with the cursor.
#include "run/land.h"

namespace ingot::run {

// Rows of a full load replace the slice; with a cursor they come after what the slice of the date holds already, so that
// several runs on one day lose nothing. What a fetch leaves when it is killed stays under _ingot/fetching/ and is gone on
// from by the next run of the same slice.
// The session is opened when it is needed, which may be in another thread while the first rows are fetched.
using SessionOpening = std::function<Result<std::unique_ptr<engine::Session>>()>;
Result<StepReport> land_source(
    const LandOrder& order, const SessionOpening& open, storage::FileSystem& files);

}  // namespace ingot::run
