#pragma once
// One extraction of the foundry's command line: hooks, landing in its layout, the cursor's state file, the upload.
#include <map>
#include <string>
#include <vector>

#include "medallion/bronze/layout.h"
#include "run/context.h"

namespace ingot::run {

struct Extraction {
    SliceLayout layout;
    std::string folder;                    // of the slice, relative to the output
    storage::FileSystem* output;           // of local_output_dir
    state::HeldLeases* leases;             // in the output
    storage::FileSystem* store = nullptr;  // where the slice is uploaded to; nullptr: nowhere
    std::string state_file{};  // of the cursor, relative to the working directory; empty: none
    std::vector<std::string> before{};  // shell commands
    std::vector<std::string> after{};
};

// A failed command before the extraction ends it; one after it fails a run that was good. Partitions appear whole or
// not at all. The cursor's file is written when the rows have landed.
Result<StepReport> extract(
    const RunContext& context, const Step& step, const Extraction& extraction);

// What a state file of the foundry holds, if it can be read.
std::optional<std::string> cursor_in(const std::string& state_file);

}  // namespace ingot::run
