#pragma once
// From a foundry configuration and the flags of silver_extract to what the runner does.
#include "run/slice/slice_job.h"
#include "surface/api/silver_extract.h"

namespace ingot::api {

// Whether silver: of the configuration can be used, with the flags over it.
void check_silver(
    const foundry::Config& config, const SilverOverrides& overrides, Diagnostics& diagnostics);

// For a configuration that check_silver found nothing wrong with. `pattern` is the load pattern of the slice.
run::SliceJob slice_job(const foundry::Config& config, const SilverExtractRequest& request,
    Date date, const std::string& pattern, const std::string& bronze);

// The load pattern that the configuration names.
std::string pattern_of(const foundry::Config& config);

}  // namespace ingot::api
