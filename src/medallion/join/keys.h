#pragma once
// Which columns join two sides, and which columns the result has. Column names are matched as the author wrote them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/columns.h"
#include "medallion/join/spec.h"

namespace ingot::join {

struct KeyPair {
    std::string left;
    std::string right;
    bool operator==(const KeyPair&) const = default;
};

struct SideFacts {
    Columns columns;
    std::vector<std::string> primary_keys;  // of its metadata
    std::optional<std::string> order_column;
    std::optional<std::int64_t> record_count;
    std::int64_t rows = 0;
};

// join_key_pairs, else join_keys, else what the metadata and the columns suggest. CFG103 when nothing does, PRJ106 for a
// column that a side lacks.
Result<std::vector<KeyPair>> key_pairs(
    const Output& output, const SideFacts& left, const SideFacts& right);

// Whether nobody named the keys.
bool are_suggested(const Output& output);

// The columns of time of an as-of join.
Result<std::optional<KeyPair>> time_pair(
    const Output& output, const SideFacts& left, const SideFacts& right);

// Left rows to join at a time; 0: all at once.
std::int64_t chunk_size(const Output& output, const SideFacts& left);

// A column of the joined rows and where it came from.
struct Joined {
    std::string name;
    std::string source;  // left, right or both
    std::string original;
    std::string type;
};
// Left columns, then right columns that are no keys; a name that stands already gets _right.
std::vector<Joined> joined_columns(
    const SideFacts& left, const SideFacts& right, const std::vector<KeyPair>& keys, Type type);

struct Projected {
    std::string column;  // of the joined rows
    std::string name;    // in the result
    std::optional<std::string> alias;
    std::string source;
};
// select_columns over the joined columns; all of them when nothing is selected. PRJ106 lists what is missing.
Result<std::vector<Projected>> projection(
    const config::Value& select, const std::vector<Joined>& columns);

}  // namespace ingot::join
