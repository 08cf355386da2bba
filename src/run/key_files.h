#pragma once
// Which files of a table may hold rows of some keys: what a merge of few keys need not read.
#include <vector>

#include "platform/engine/session.h"
#include "platform/table/table.h"

namespace ingot::run {

struct SoughtKeys {
    const Columns& columns;
    sql::Fragment rows;  // a relation with these columns
};

// Told by the least and the greatest value of each key column in the file's statistics. A file of which these are not
// known, or that another program wrote, may hold any.
Result<std::vector<table::DataFile>> files_with_keys(
    engine::Session& session, const std::vector<table::DataFile>& files, const SoughtKeys& sought);

// As above, told by the least and the greatest value of all rows together: less exact, and one question for all columns.
Result<std::vector<table::DataFile>> files_in_range(
    engine::Session& session, const std::vector<table::DataFile>& files, const SoughtKeys& sought);

}  // namespace ingot::run
