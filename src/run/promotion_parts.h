#pragma once
// In which files a promotion puts its rows. Tables of one file stay tables of one file. Of larger ones each file keeps to
// its range of keys: a file of which rows change is written again by itself, and rows of new keys, or of versions that
// have ended, come into files of their own. Such files are a run; runs are merged when enough of them have grown to the
// size of what comes, so that a row is written again as often as the logarithm of the table says, and no more.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "platform/table/table.h"
#include "sql/fragment.h"

namespace ingot::run {

// How many rows a file has room for. INGOT_FILE_ROWS sets another number, for tests with small tables.
std::int64_t rows_of_file();

// Of runs of so many rows, in ascending order, how many the next `rows` rows are merged with.
std::size_t outgrown(const std::vector<std::int64_t>& runs, std::int64_t rows);

// Files that are told apart by nothing but their keys.
std::string run_of(const table::DataFile& file);

// A file with rows that go.
struct Worn {
    table::DataFile file;
    std::int64_t going = 0;
};

// Of tables whose merges mark rows, the paths of the files that are written again all the same: those of which a quarter is gone,
// the emptiest first, and of these so much that the next merges find none left.
std::set<std::string> worn_out(std::vector<Worn> files);

// What becomes of the files of one part of a table.
struct PartFiles {
    std::vector<table::DataFile> by_itself;  // written again, each as one file
    std::vector<table::DataFile>
        with_new;  // written again, together with rows that have no place yet
};

struct PartOrder {
    std::vector<table::DataFile> standing;
    std::vector<table::DataFile> changed;  // those of them that hold rows that go
    std::int64_t new_rows = 0;             // with no place in one of `changed`
    bool fits_one_file = false;
};

PartFiles arrange(const PartOrder& order);

// Rows in the order in which files tell their keys apart.
sql::Fragment sorted_by_key(const sql::Fragment& select, const Columns& keys);

}  // namespace ingot::run
