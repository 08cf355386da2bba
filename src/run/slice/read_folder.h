#pragma once
// A folder of Parquet or CSV files as one relation of a session, with the order of arrival.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/columns.h"
#include "platform/engine/session.h"
#include "sql/fragment.h"

namespace ingot::run {

enum class Depth { folder, tree };

struct FolderFiles {
    std::vector<std::string> parquet;  // absolute paths, sorted
    std::vector<std::string> csv;
    std::int64_t bytes = 0;
    bool empty() const { return parquet.empty() && csv.empty(); }
};

// Data files of a folder; names and, in a tree, folders that begin with _ or . hold none.
Result<FolderFiles> data_files(const std::string& folder, Depth depth);

struct ReadFolder {
    std::string relation;  // the view that is made; beside its columns it has _ingot_arrival
    std::vector<std::string> text_columns{};
};

struct FolderRows {
    Columns columns;
    std::int64_t rows = 0;
    std::vector<std::string> warnings;
};

// Takes rows into the session as they come.
Result<FolderRows> read_rows(
    engine::Session& session, const sql::Fragment& rows, const ReadFolder& how);

// Reads the files into the session. Files with other columns than their neighbours are united by column name.
Result<FolderRows> read_files(
    engine::Session& session, const FolderFiles& files, const ReadFolder& how);

}  // namespace ingot::run
