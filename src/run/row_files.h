#pragma once
// Which files of a table may hold one of some rows, where a row is told by all that it says: what history: append need
// not compare with. Files are left out by the bounds that the log tells of every column; of those that remain, one or two
// columns that say most of the rows are read, and the others of these files only where such values are found.
#include <vector>

#include "run/context.h"

namespace ingot::run {

struct SoughtRows {
    const Columns& columns;             // that the rows and the files share
    std::vector<std::string> not_null;  // columns of which a NULL is not sought
    sql::Fragment rows;                 // a relation with these columns
};

Result<std::vector<table::DataFile>> files_with_rows(const RunContext& context, const Node& node,
    engine::Session& session, std::vector<table::DataFile> files, const SoughtRows& sought);

}  // namespace ingot::run
