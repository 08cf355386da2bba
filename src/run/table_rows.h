#pragma once
// Rows of a relation into Parquet files of a table, and a table's version back into a relation.
#include <map>
#include <string>
#include <vector>

#include "run/context.h"

namespace ingot::run {

struct WriteOrder {
    sql::Fragment select;
    std::string folder;  // relative to the warehouse
    std::string stem;    // part-<run>-<n>, never reused
    std::vector<std::string> partition_by{};
    std::string
        partition{};  // instead of partition_by: the one partition's folder, which all rows belong to
    std::map<std::string, std::string> tags{};
    Columns columns{};              // of the table, for the file's statistics; none: no statistics
    std::int64_t rows_of_file = 0;  // about so many rows a file, where not partitioned; 0: one file
};

// Writes and makes durable; gives what a commit adds. No files for no rows.
Result<std::vector<table::DataFile>> write_rows(
    engine::Session& session, storage::FileSystem& files, const WriteOrder& order);

// SELECT over the files of a version with exactly the version's columns and types; works for no files at all.
sql::Fragment read_version(const storage::FileSystem& files, const std::string& folder,
    const table::TableVersion& version);

// SELECT of no rows with these columns.
sql::Fragment no_rows(const Columns& columns);

// The columns cast to what a standing table can hold, same names.
sql::Fragment storable_projection(const Columns& columns);

}  // namespace ingot::run
