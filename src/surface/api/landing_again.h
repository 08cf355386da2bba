#pragma once
#include "surface/api/run.h"

namespace ingot::api {

// As run(), but files of slices that stand are read again, though they did not change; of a path without a date only if
// they did not change, since it shows today's content.
Result<RunOutcome> run_landing_again(Workbench& workbench, const RunRequest& request,
    const AttachSinks& attach, const std::atomic<bool>& stop);

}  // namespace ingot::api
