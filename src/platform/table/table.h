#pragma once
// Standing tables: versions, one atomic commit for data and state, readers that see one version (publish.md).
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "data/columns.h"
#include "platform/storage/file_system.h"

namespace ingot::table {

struct DataFile {
    std::string path;  // relative to the table's folder, not encoded
    std::int64_t size = 0;
    std::int64_t rows = 0;
    std::map<std::string, std::optional<std::string>> partition{};
    std::string stats{};                       // Delta's stats JSON, or empty
    std::map<std::string, std::string> tags{};  // ours: {"ingot.part": "open" | "closed"}
};

// One version of a table, as its log tells it.
struct TableVersion {
    std::int64_t version = -1;
    Columns columns;                        // engine type names
    std::vector<std::string> partition_by;
    std::vector<DataFile> files;            // sorted by path
    std::string state;                      // our JSON of the newest commit that carries one; empty when none does
    bool changed_by_others = false;         // data was changed after that commit by a writer that is not us
};

// What one commit does on top of `base`.
struct Commit {
    std::int64_t base_version = -1;         // -1: the table does not exist yet
    Columns columns;                        // the whole schema after the commit
    std::vector<std::string> partition_by;
    std::vector<DataFile> add;
    std::vector<DataFile> remove;
    std::string operation = "WRITE";
    std::string state;                      // JSON object, stored as commitInfo.ingot
    std::map<std::string, std::int64_t> transactions;  // Delta txn: appId -> version
    std::string run_id;
    Instant now{};
};

class TableFormat {
public:
    virtual ~TableFormat() = default;
    // The newest version, or `at`; nothing when there is no table. STG101 for features we lack, STG103 when damaged.
    virtual Result<std::optional<TableVersion>> read(const std::string& folder, std::optional<std::int64_t> at = {}) = 0;
    // The version it became. STG102 when another writer took base_version + 1 first: nothing happened then.
    virtual Result<std::int64_t> commit(const std::string& folder, const Commit& commit) = 0;
    // Files below the folder that no version within the retention names and that are older than `older_than`;
    // removes them when asked. Paths relative to the folder.
    virtual Result<std::vector<std::string>> orphans(const std::string& folder, Instant older_than, bool remove) = 0;
};

// Delta Lake protocol over a FileSystem, which must outlive it.
std::unique_ptr<TableFormat> open_delta(storage::FileSystem& files);

}  // namespace ingot::table
