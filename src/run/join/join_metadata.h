#pragma once
// _metadata.json of a joined folder.
#include <string>
#include <vector>

#include "base/time.h"
#include "medallion/join/join.h"
#include "medallion/slice/model.h"
#include "run/join/join_job.h"
#include "run/join/join_place.h"
#include "run/join/progress.h"
#include "run/join/side_input.h"
#include "run/slice/artifact_files.h"

namespace ingot::run {

struct GuardResult {
    join::GuardCheck check;
    double found = 0;
    bool pass = false;
};

struct JoinFacts {
    SideInput left, right;
    join::Shape shape;
    std::int64_t chunk_size = 0;
    std::vector<join::Projected> projected;
    Columns columns;  // of the result
    std::int64_t rows = 0;
    std::int64_t right_only_rows = 0;
    std::int64_t matched_right_keys = 0;
    std::int64_t unmatched_right_keys = 0;
    std::vector<GuardResult> guards;
    slice::Model model = slice::Model::periodic_snapshot;
    std::vector<JoinedFile> files;
    std::vector<std::string> replaced;  // what stood there, and goes
    std::string checkpoint_file;
    Instant now{};
};

std::string join_metadata(const JoinJob& job, const OutputFormats& formats, const JoinFacts& facts,
    const Progress& progress);

// The files that such metadata lists as the result, and with those that it replaced, which may still be there.
std::vector<std::string> named_by_join(const std::string& metadata);
std::vector<std::string> files_of_join(const std::string& metadata);
bool is_of_join(const std::string& metadata);

}  // namespace ingot::run
