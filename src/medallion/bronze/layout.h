#pragma once
// Where a slice of bronze stands below its root, and as which files.
#include <optional>
#include <string>

#include "base/time.h"

namespace ingot {

enum class PartitionStrategy { date, hourly, timestamp, batch_id };

// What our own form does is the default. The foundry's command lines write its folders and file names.
struct SliceLayout {
    bool writes_parquet = true;
    bool writes_csv = false;
    // Empty: our own folder. Else the table's, relative to the root: system=…/table=…/pattern=…
    std::string folder;
    std::string part_prefix;  // before part-0001
    bool has_date = true;     // false: one partition that every run replaces
    PartitionStrategy strategy = PartitionStrategy::date;
    std::string batch_id;            // of strategy batch_id; never empty there
    bool sorts_csv_columns = false;  // by name, as the foundry's writer does
    bool nests = false;              // JSON becomes lists and structs in Parquet
    bool is_foundry = false;         // its fields in _metadata.json and _checksums.json
};

namespace bronze {
// dt=2026-01-01, dt=2026-01-01/hour=07, … or nothing. `now` is in the zone that the folder's clock shows.
std::string partition_folder(const SliceLayout& layout, Date date, Instant now);
}  // namespace bronze

}  // namespace ingot
