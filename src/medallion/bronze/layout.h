#pragma once
// Where a slice of bronze stands below its root, and as which files.
#include <string>
#include <vector>

#include "base/time.h"
#include "data/columns.h"
#include "sql/fragment.h"

namespace ingot {

enum class PartitionStrategy { date, hourly, timestamp, batch_id };

// What our own form does is the default. The foundry's command lines write its folders and file names.
struct SliceLayout {
    bool writes_parquet = true;
    bool writes_csv = false;
    // Empty: our own folder. Else the table's, relative to the root: system=…/table=…/pattern=…
    std::string folder{};
    std::string part_prefix{};  // before part-0001
    bool has_date = true;       // false: one partition that every run replaces
    PartitionStrategy strategy = PartitionStrategy::date;
    std::string batch_id{};  // of strategy batch_id; never empty there
    bool is_foundry =
        false;  // sorted columns in CSV, lists and structs in Parquet, its fields in the side files
    std::string noted_column{};           // its greatest value stands in the metadata as `cursor`
    std::string reference_mode = "null";  // JSON for _metadata.json
};

namespace bronze {

// dt=2026-01-01, dt=2026-01-01/hour=07, … or nothing. `clock` is what a clock on the wall showed when the run began.
std::string partition_folder(const SliceLayout& layout, Date date, Instant clock);

// What a CSV file holds of these columns, by name: JSON as its text, lists and structs as JSON.
Result<sql::Fragment> csv_projection(Columns columns);

// The shape of each JSON column over all rows, in one row: asked once, and given to parquet_projection.
sql::Fragment json_shapes(const std::vector<std::string>& names, const sql::Fragment& relation);

// A column of JSON with the shape that all its values have; empty where they share none.
struct Shaped {
    std::string name;
    std::string shape;   // as from_json takes it
    std::string wide{};  // the same with whole numbers as wide as they came
};
// Of the shape that json_shapes found; no shape when from_json has no place for what the values hold.
Shaped shaped(std::string name, std::string found);
// For each shape, how many values do not survive it.
sql::Fragment count_misshapen(const std::vector<Shaped>& shapes, const sql::Fragment& relation);
// All columns, with shaped ones as lists and structs.
sql::Fragment parquet_projection(const Columns& columns, const std::vector<Shaped>& shapes);
}  // namespace bronze
}  // namespace ingot
