#pragma once
// What a parsed query names: tables, columns of ours, and the stars that would take such columns.
#include <cstddef>
#include <string>
#include <vector>

namespace duckdb {
class QueryNode;
class StarExpression;
}  // namespace duckdb

namespace ingot::engine {

struct TableRead {
    std::string schema;
    std::string name;
    std::size_t offset = 0;  // bytes into the text that the parser saw
};

struct StarRead {
    duckdb::StarExpression* star;  // lives in the query
    bool over_bronze;              // it takes the columns of a bronze table
};

struct NamesRead {
    std::vector<TableRead> tables;  // in order of appearance
    bool own_columns = false;       // one of them begins with _ingot_
    std::vector<StarRead> stars;    // of SELECT lists, without those that take columns by a pattern
};

NamesRead names_read(duckdb::QueryNode& query);

}  // namespace ingot::engine
