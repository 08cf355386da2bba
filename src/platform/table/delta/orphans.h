#pragma once
#include "platform/table/table.h"

namespace ingot::table::delta {

// As TableFormat::orphans. Any doubt about the log is an error: nothing is removed then.
Result<std::vector<std::string>> find_orphans(
    storage::FileSystem& files, const std::string& folder, const OrphanSearch& search);

}  // namespace ingot::table::delta
