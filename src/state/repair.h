#pragma once
// Removes what killed runs left: nothing that a version names, and nothing that a live run may still need.
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "platform/storage/file_system.h"
#include "platform/table/table.h"
#include "state/journal.h"
#include "state/lease.h"

namespace ingot::state {

struct Repair {
    std::vector<std::string> tables{};  // folders, as standing_tables finds them
    Instant now{};                      // the real time: files are as old as the disk says
    std::chrono::hours retain{24 * 7};  // old versions of tables keep their files for so long
    bool only_report = false;
};

struct Removed {
    std::string path;
    std::string
        why;  // "staging of a run that has ended", "no version of the table names it", "unfinished write"
};

// Goes on past a table that cannot be read: that is told in `kept`.
struct RepairReport {
    std::vector<Removed> removed{};
    std::vector<std::string> kept{};
};

Result<RepairReport> repair(
    storage::FileSystem& files, table::TableFormat& tables, Leases& leases, const Repair& wanted);

}  // namespace ingot::state
