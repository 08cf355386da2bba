#pragma once
// _metadata.json and _checksums.json of a slice of bronze.
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "data/columns.h"
#include "event/events.h"
#include "platform/storage/file_system.h"
#include "run/parts.h"

namespace ingot::run {

// A member of an archive.
struct SliceMember {
    std::string name;
    std::int64_t rows = 0;
    bool operator==(const SliceMember&) const = default;
};

// A file that a slice was read from, as it was then, and how many of the slice's rows are its own.
struct SliceInput {
    std::string name;
    std::int64_t size = 0;
    std::int64_t modified_us = 0;
    std::string xxh64;
    std::int64_t rows = 0;
    std::vector<SliceMember> members{};  // of an archive, in the order of the rows
    bool operator==(const SliceInput&) const = default;
};

// The greatest value of a cursor column over everything that a dataset has landed.
struct CursorValue {
    std::string column;
    std::string value;
    std::string type;  // of the column as it landed
    bool operator==(const CursorValue&) const = default;
};

// The schema that a table has of its own (schema: evolve), and how it came to be.
struct SchemaChange {
    std::int64_t version = 0;
    Date slice{};
    std::string run_id;
    std::string column;
    std::string before;  // type; empty: the column is new
    std::string after;
    bool operator==(const SchemaChange&) const = default;
};
struct TableSchema {
    std::int64_t version = 0;
    Columns columns;                    // an empty type: no value has said yet
    std::vector<SchemaChange> history;  // the oldest first
    bool operator==(const TableSchema&) const = default;
};

struct SliceRecord {
    std::string system;
    std::string table;
    std::string load_pattern;
    std::string partition_path;
    Date date{};
    Instant landed{};
    std::string run_id;
    RowCounts rows;
    std::vector<Part> parts;
    Columns columns;
    std::vector<std::string>
        empty_columns;  // without a value in this slice, so that their types say nothing
    std::vector<SliceInput> inputs;
    std::optional<std::string> quarantine;  // relative to the warehouse
    std::int64_t purged = 0;                // of the quarantined rows: nothing of them is kept
    std::string options;                    // fingerprint of what the author said about reading
    std::optional<CursorValue> cursor{};
    std::string position{};   // what a source of another kind wants back next time
    TableSchema schema{};     // as it was when the slice landed; version 0: it has none
    std::int64_t number = 0;  // of the landing within its dataset: the greatest is the last
    SliceLayout layout{};
    std::optional<std::string> rows_file{};  // all rows, for readers that need more than CSV says
    // Parts of the slice before, in stores where they stay until readers can know of these ones.
    std::vector<std::string> replaced{};
};

std::string to_json(const SliceRecord& record);
// STATE103 when it is none of ours.
Result<SliceRecord> read_slice_record(storage::FileSystem& files, const std::string& slice_folder);
// Of several slices, in their order.
Result<std::vector<SliceRecord>> read_slice_records(
    storage::FileSystem& files, const std::vector<std::string>& slice_folders);

// In the record of a slice that stands, and nowhere else: where the rest of its rejected rows is, and how many more are gone.
Status note_purge(storage::FileSystem& files, const std::string& slice_folder,
    const std::optional<std::string>& quarantine, std::int64_t purged);

// Hashes the parts, and, in the foundry's layout, what stands beside them.
Result<std::string> checksums_json(const SliceRecord& record, const std::string& folder);

}  // namespace ingot::run
