#pragma once
// Rows of a relation into Parquet files of a table, and a table's version back into a relation.
#include <map>
#include <string>
#include <vector>

#include "run/context.h"

namespace ingot::run {

class SyncAhead;

// How soon a file is likely to be written again. Where that is soon, and its disk is here, it is not compressed: Snappy took
// a sixth of the instructions of a small merge.
enum class WrittenAgain { seldom, soon };

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
    // Parquet's second data pages, with differences for numbers and times, packed by LZ4: read in half the time. Some old
    // readers know neither.
    bool for_new_readers = false;
    WrittenAgain again = WrittenAgain::seldom;
    bool is_small = false;  // it is known that the rows are few
    SyncAhead* sync =
        nullptr;  // makes the files durable later; none: they are when write_rows returns
};

// Writes and makes durable; gives what a commit adds. No files for no rows.
Result<std::vector<table::DataFile>> write_rows(
    engine::Session& session, storage::FileSystem& files, const WriteOrder& order);

// What a SELECT over files says of each row besides its columns.
enum class Places {
    none,
    file,         // _ingot_published_file; _ingot_published_row is NULL
    file_and_row  // and its place in the file, from 0
};

// SELECT over files of a table, in `folder`, with exactly these columns and types, without the rows that the files' vectors name;
// works for no files at all.
Result<sql::Fragment> rows_of_files(const storage::FileSystem& files, const std::string& folder,
    const std::vector<table::DataFile>& of, const Columns& columns, Places places = Places::none);

// For readers who have the engine without our functions: SELECT of (file, marked), a bit for each row of a file with a vector,
// which only our sessions can run; and what rows_of_files gives, which looks into the table that was made of it. Empty where
// no file has a vector.
struct PortableRows {
    sql::Fragment marked{};
    sql::Fragment rows{};
};
Result<PortableRows> portable_rows(const storage::FileSystem& files, const std::string& folder,
    const table::TableVersion& version, const sql::Fragment& table_of_marked);

// SELECT over the files of a version with exactly the version's columns and types; works for no files at all.
Result<sql::Fragment> read_version(const storage::FileSystem& files, const std::string& folder,
    const table::TableVersion& version);

// SELECT of no rows with these columns.
sql::Fragment no_rows(const Columns& columns);

// The columns cast to what a standing table can hold, same names.
sql::Fragment storable_projection(const Columns& columns);

}  // namespace ingot::run
