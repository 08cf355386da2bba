#include "run/incoming.h"
#include "run/land.h"
#include "state/verify.h"

namespace ingot::run {

Status verify_taken(const RunContext& context, const Node& node, const PendingWork& work) {
    if (work.whole) return {};
    const auto& bronze = context.manifest.datasets[node.inputs.front()];
    const auto slices = TRY(standing_slices(context.files, bronze));
    // Stores keep checksums of their own, and what is read from them is paid for.
    const auto depth =
        context.files.exchanges_folders() ? state::Depth::hashes : state::Depth::sizes;
    for (const auto& [date, print] : work.take) {
        const auto found = slices.find(date);
        if (found == slices.end() || found->second.run_id == context.run_id) continue;
        const auto findings = TRY(state::verify_slice(context.files, found->second.folder, depth));
        if (findings.empty()) continue;
        return fail("STATE103",
            node.dataset.name.text() + ": " + findings.front().path + " " +
                findings.front().problem + "; remove the folder of this slice and land it again",
            node.dataset.origin);
    }
    return {};
}

}  // namespace ingot::run
