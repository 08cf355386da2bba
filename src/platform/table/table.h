#pragma once
// Standing tables: versions, one atomic commit for data and state, readers that see one version (publish.md).
#include <chrono>
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
#include "platform/table/deletion_vector.h"

namespace ingot::table {

struct DataFile {
    std::string path;  // relative to the table's folder, not encoded
    std::int64_t size = 0;
    std::int64_t rows = 0;         // without those that its vector names
    std::int64_t modified_ms = 0;  // when it was added, as the log says; commit() sets it
    std::map<std::string, std::optional<std::string>> partition{};
    std::string stats{};                        // Delta's stats JSON, or empty
    std::map<std::string, std::string> tags{};  // ours: {"ingot.part": "open" | "closed"}
    std::optional<DeletionVector> vector{};     // rows that stand in the file and are gone

    // How many stand in the file.
    std::int64_t all_rows() const { return rows + (vector ? vector->rows : 0); }
};

// One version of a table, as its log tells it.
struct TableVersion {
    std::int64_t version = -1;
    Columns columns{};  // engine type names
    std::vector<std::string> partition_by{};
    std::vector<DataFile> files{};  // sorted by path
    std::string state{};  // our JSON of the newest commit that carries one; empty when none does
    bool changed_by_others =
        false;  // data was changed after that commit by a writer that is not us
};

// What one commit does on top of `base`.
struct Commit {
    std::int64_t base_version = -1;  // -1: the table does not exist yet
    Columns columns{};  // the whole schema after the commit, in storable types (storable.h)
    std::vector<std::string> partition_by{};
    std::vector<DataFile> add{};
    std::vector<DataFile> remove{};
    std::string operation = "WRITE";
    bool changes_data = true;              // false: the same rows in other files (compaction)
    std::optional<bool> writes_vectors{};  // whether writers may from now on; none: as it stands
    std::string state{};                   // JSON object, stored as commitInfo.ingot
    std::map<std::string, std::int64_t> transactions{};  // Delta txn: appId -> version
    std::string run_id{};
    Instant now{};
};

// The newest state of a table without its files: cheap enough to ask of every table of a plan.
struct LatestState {
    std::int64_t version = -1;  // the newest version
    std::string state{};        // as TableVersion's
    bool changed_by_others = false;
};

struct OrphanSearch {
    Instant now{};
    std::chrono::hours retain{
        24 * 7};           // versions that were the newest at some time within it keep their files
    Instant older_than{};  // younger files may be a live run's, and stay
    bool remove = false;
};

// A checkpoint under way: run `sql` in an engine, then give this to publish_checkpoint.
struct Checkpoint {
    std::int64_t version = -1;
    std::int64_t actions = 0;
    std::string sql{};     // one COPY that writes `staged`
    std::string staged{};  // path in the file system
};

// Rows of a file that stands, on top of those that are gone already.
struct RowsThatGo {
    const DataFile& file;
    std::vector<std::uint64_t> rows{};
};

class TableFormat {
public:
    virtual ~TableFormat() = default;
    // The newest version, or `at`; nothing when there is no table. STG101 for features we lack, STG103 when damaged.
    virtual Result<std::optional<TableVersion>> read(
        const std::string& folder, std::optional<std::int64_t> at = {}) = 0;
    // Reads the newest log file alone where that is enough; nothing when there is no table.
    virtual Result<std::optional<LatestState>> latest_state(const std::string& folder) = 0;
    // The version it became. STG102 when another writer took base_version + 1 first: nothing happened then.
    virtual Result<std::int64_t> commit(const std::string& folder, const Commit& commit) = 0;
    // The files as they are without these rows, for a commit that takes the old ones away and adds them; their vectors stand in
    // one new file. `seed` never comes twice. BUG001 when a row was gone before.
    virtual Result<std::vector<DataFile>> mark(const std::string& folder, const std::string& seed,
        const std::vector<RowsThatGo>& files) = 0;
    // What the newest version says of a Delta txn: the version last committed for appId, if any.
    virtual Result<std::optional<std::int64_t>> transaction(
        const std::string& folder, const std::string& app_id) = 0;
    // Files below the folder that no version within the retention names, and that are older than asked. Paths
    // relative to the folder. Side files that a retained state lists as {"observations" or "matches": [{"path": …}]} are named.
    virtual Result<std::vector<std::string>> orphans(
        const std::string& folder, const OrphanSearch& search) = 0;
    // A checkpoint when at least `every` commits came after the last one, else nothing. Not publishing it harms nothing.
    virtual Result<std::optional<Checkpoint>> prepare_checkpoint(
        const std::string& folder, std::int64_t every = 10) = 0;
    virtual Status publish_checkpoint(const std::string& folder, const Checkpoint& checkpoint) = 0;
};

// Delta Lake protocol over a FileSystem, which must outlive it. Thread-safe.
std::unique_ptr<TableFormat> open_delta(storage::FileSystem& files);

}  // namespace ingot::table
