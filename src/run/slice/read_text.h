#pragma once
// CSV files of bronze as a relation whose columns have the types that all their texts have.
#include "run/slice/read_folder.h"

namespace ingot::run {

inline constexpr const char* arrival = "_ingot_arrival";

// Reads the files into the session: once, when the first rows say rightly what the columns are.
Result<FolderRows> read_text(
    engine::Session& session, const std::vector<std::string>& files, const ReadFolder& how);

}  // namespace ingot::run
