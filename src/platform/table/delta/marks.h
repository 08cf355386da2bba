#pragma once
#include "platform/table/table.h"

namespace ingot::table::delta {

// As TableFormat::mark.
Result<std::vector<DataFile>> mark(storage::FileSystem& files, const std::string& folder,
    const std::string& seed, const std::vector<RowsThatGo>& that_go);

}  // namespace ingot::table::delta
