#pragma once
// Which slices of bronze stand. A slice is a folder with _metadata.json; without it the folder does not exist for us.
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "platform/storage/file_system.h"

namespace ingot::state {

// <root>/[env=<e>/]system=<s>/table=<t>/pattern=<p>/dt=YYYY-MM-DD[/hour=HH]
struct Slice {
    std::string path{};  // relative to the file system's root
    std::string env{};
    std::string system{};
    std::string table{};
    std::string pattern{};
    Date date{};
    std::string hour{};
    std::string mark{};  // another one means that the slice was replaced
};

// Empty members take everything.
struct SliceFilter {
    std::string env{};
    std::string system{};
    std::string table{};
    std::string pattern{};
};

// By path, so by date within a table. Lists; opens no file.
Result<std::vector<Slice>> standing_slices(
    storage::FileSystem& files, const std::string& root, const SliceFilter& filter = {});

// What the slice holds: equal for equal bytes of its parts, whatever their names and whenever they were written.
// STATE103 when the slice has no readable _checksums.json.
Result<std::string> slice_fingerprint(storage::FileSystem& files, const std::string& slice_path);

// One line of a _checksums.json.
struct Checksum {
    std::string name;
    std::int64_t size = 0;
    std::string sha256;
};
Result<std::vector<Checksum>> read_checksums(
    storage::FileSystem& files, const std::string& slice_path);

}  // namespace ingot::state
