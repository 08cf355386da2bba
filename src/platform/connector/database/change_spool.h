#pragma once
// Changes on their way to the engine: CSV files of text, a new one whenever the table's columns change.
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/connector/database/pgoutput.h"
#include "sql/fragment.h"

namespace ingot::connector {

struct Change {
    const char* operation;  // r (as it stood), i, u, d, t (all rows are gone)
    LogPlace place;
    std::int64_t sequence;
    std::string committed;
};

class ChangeSpool {
public:
    // Empties the folder.
    static Result<std::unique_ptr<ChangeSpool>> open(const std::string& folder);

    // The columns of the rows that follow.
    Status begin_columns(const std::vector<pgoutput::RelationColumn>& columns);
    Status write(const Change& change, const pgoutput::Tuple& row);
    // A line that is already as write() would have it.
    Status append(std::string_view line);
    std::int64_t rows() const { return rows_; }
    // All of it, in order, each column with the type that the table declared. Closes the spool.
    Result<sql::Fragment> select();

private:
    explicit ChangeSpool(std::string folder) : folder_(std::move(folder)) {}
    struct File {
        std::string path;
        std::vector<pgoutput::RelationColumn> columns;
        std::size_t longest = 0;  // bytes of a line
    };
    std::string folder_;
    std::vector<File> files_;
    std::ofstream out_;
    std::int64_t rows_ = 0;
};

}  // namespace ingot::connector
