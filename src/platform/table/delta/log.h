#pragma once
// A table's log: its files by name, and what they say when replayed up to a version.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/storage/file_system.h"
#include "platform/table/delta/schema.h"
#include "platform/table/table.h"

namespace ingot::table::delta {

struct Transaction {
    std::int64_t version = 0;
    std::int64_t last_updated = 0;  // ms since the epoch
};

struct Log {
    std::int64_t version = -1;
    Json protocol;
    Json metadata;
    std::map<std::string, DataFile> files;  // by key_of()
    std::map<std::string, Json> removed;    // tombstones by key_of(), as their remove actions say
    std::map<std::string, Transaction> transactions;
    std::string state;
    bool changed_by_others = false;
};

// What lies in a table's _delta_log.
struct LogFiles {
    std::vector<std::int64_t> commits;  // versions with a JSON file, ascending
    std::vector<std::int64_t>
        own_checkpoints;              // versions with a checkpoint in our own JSON form, ascending
    bool foreign_checkpoint = false;  // some Parquet checkpoint stands
    bool exists() const {
        return !commits.empty() || !own_checkpoints.empty() || foreign_checkpoint;
    }
};

std::string log_folder(const std::string& folder);
std::string commit_path(const std::string& folder, std::int64_t version);
std::string own_checkpoint_path(const std::string& folder, std::int64_t version);
std::string checkpoint_path(const std::string& folder, std::int64_t version);

Result<LogFiles> find_log(storage::FileSystem& files, const std::string& folder);

// The table as of the newest version, or `at`; null when there is no table. `known` was replayed before: where it is on the
// way, only what came after it is read.
Result<std::shared_ptr<const Log>> replay(storage::FileSystem& files, const std::string& folder,
    std::optional<std::int64_t> at, const std::shared_ptr<const Log>& known = nullptr);

// Applies the actions of one commit or checkpoint file. STG101 for what we cannot read.
Status apply_actions(Log& log, const std::string& text);

// What one commit file says about itself.
struct CommitNote {
    std::int64_t timestamp_ms = 0;  // 0: it does not say
    std::string state;              // ours, or empty
    bool changes_data = false;      // found before the first of our states only
};
// Reads no further than the commitInfo when it carries our state.
Result<CommitNote> note_of(const std::string& text);
// The run that made it; empty when it does not say.
Result<std::string> run_of(const std::string& text);

// STG101 unless we read (and, when asked, write) everything that the protocol asks for.
Status check_readable(const Json& protocol);
Status check_writable(const Json& protocol, const Json& metadata);

// A file with another vector is another one to the log.
std::string key_of(const std::string& path, const std::optional<DeletionVector>& vector);

std::string encode_path(std::string_view path);
std::string decode_path(std::string_view path);

}  // namespace ingot::table::delta
