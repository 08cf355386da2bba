#pragma once
// The cursor of a dataset across its slices: where to ask from, what came again, how far the rows now reach.
#include <optional>

#include "platform/connector/connector.h"
#include "run/land.h"
#include "run/landing.h"
#include "run/slice_record.h"

namespace ingot::run {

// The bound to ask from: the greatest value landed less the lag, else `initial`, else nothing.
Result<std::optional<connector::Bound>> bound_of(
    engine::Session& session, const CursorSpec& spec, const std::optional<CursorValue>& reached);

// The greatest cursor value of the rows and of what was reached before. EXT103 when the rows have no such column.
Result<std::optional<CursorValue>> reach_of(engine::Session& session, const CursorSpec& spec,
    const LandedFile& landed, const std::optional<CursorValue>& before);

// Takes out of the rows those that stand in the slices already, and counts them as dropped.
Status drop_landed(const LandingOrder& order, const StandingSlices& slices, LandedFile& landed);

// The same for rejected rows, whose text and reason tell them apart.
Status drop_rejected(const LandingOrder& order, storage::FileSystem& files,
    const StandingSlices& slices, LandedFile& landed);

}  // namespace ingot::run
