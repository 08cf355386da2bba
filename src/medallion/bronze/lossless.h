#pragma once
// infer: lossless. A column gets a type only if printing every value gives back the very text that came.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/columns.h"
#include "sql/dialect.h"

namespace ingot::bronze {

struct JudgeOrder {
    sql::Fragment relation;          // all columns text
    std::vector<std::string> names;  // those to judge
    std::int64_t rows = 0;           // only the first; 0: all
};

// One row of numbers: judgements_per_column for each name, in order.
inline constexpr std::size_t judgements_per_column = 11;
Result<sql::Fragment> judge(const JudgeOrder& order);

struct Judgement {
    std::string type = "VARCHAR";
    bool has_values = false;
};
Judgement judged(std::span<const std::int64_t> numbers);

// Counts, for each column, the values that its type would change; cheap where there are none. `rows` as in JudgeOrder.
Result<sql::Fragment> count_changed(
    const sql::Fragment& relation, const Columns& columns, std::int64_t rows);

}  // namespace ingot::bronze
