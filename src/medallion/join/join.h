#pragma once
// A join as statements for one session, chunk by chunk. What the runner has to provide are the relations left_rows and
// right_read, each with _ingot_arrival.
#include <string>
#include <vector>

#include "medallion/join/keys.h"
#include "sql/dialect.h"

namespace ingot::join {

struct Shape {
    Type type = Type::inner;
    std::vector<KeyPair> keys{};
    std::optional<KeyPair> time{};  // of an as-of join
    std::vector<Joined> columns{};  // of the result
};

// Makes right_rows; run once.
Result<std::vector<sql::Fragment>> prepare(const Shape& shape, const Columns& right);
// Makes left_chunk of the left rows from `first` on; `size` 0: all.
Result<sql::Fragment> take_chunk(std::int64_t first, std::int64_t size);
// The right rows that share a key with the chunk.
Result<sql::Fragment> right_of_chunk(const Shape& shape);
// The same for all chunks at once, so that no chunk has to look at the whole right side. First of all come the keys of the
// chunks (numbered from 1) that are not done; with them one row for each chunk that has right rows: its number and how many; and
// right_of_chunks, whose rows of one chunk part_of_chunk() gives. A row is there as often as chunks share its key.
struct Parting {
    sql::Fragment keys, counts, rows, forget_keys;
};
Result<Parting> part_right(
    const Shape& shape, std::int64_t size, const std::vector<std::int64_t>& done);
sql::Fragment part_of_chunk(std::int64_t number);
// The chunk's joined rows, from right_rows or from a relation that holds right_of_chunk.
Result<sql::Fragment> join_chunk(const Shape& shape, const sql::Fragment& right);
// Rows of the right side whose keys no left row has: what right and outer joins end with.
Result<sql::Fragment> right_only(const Shape& shape);
// One row: keys of the right side that matched, and that did not.
Result<sql::Fragment> key_counts(const Shape& shape);

// Guards as queries over the relation `joined`.
struct GuardCheck {
    std::string name;
    sql::Fragment query{};  // one row: what was found
    // row_count and null_ratio compare; unique_keys counts the rows that repeat a key
    std::optional<double> min{};
    std::optional<double> max{};
    std::vector<std::string> columns{};
};
// PRJ106 for a column that the result lacks.
Result<std::vector<GuardCheck>> guard_checks(
    const Guards& guards, const std::vector<std::string>& columns);

}  // namespace ingot::join
