#include "run/file_ledger.h"

#include <algorithm>

#include "project/manifest.h"
#include "state/slices.h"

namespace ingot::run {

Result<FileLedger> landed_files(storage::FileSystem& files, const Node& node) {
    std::vector<std::string> folders;
    for (auto& slice : TRY(state::standing_slices(files, node.folder)))
        folders.push_back(std::move(slice.path));
    auto records = TRY(read_slice_records(files, folders));
    std::ranges::stable_sort(records, {}, &SliceRecord::landed);
    FileLedger ledger;
    for (const auto& record : records)
        for (const auto& input : record.inputs)
            ledger[input.name] = {to_string(record.date), input};
    return ledger;
}

Result<std::vector<file::Found>> files_to_land(
    const SourceReach& reach, const std::vector<file::Found>& found, const FileLedger& ledger) {
    std::vector<file::Found> fresh;
    for (const auto& file : found) {
        const auto it = ledger.find(file.name);
        if (it != ledger.end() && it->second.input.size == file.size &&
            (is_of_same_time(file, it->second.input.modified_us) ||
                TRY(content_of(reach, file)) == it->second.input.xxh64))
            continue;
        fresh.push_back(file);
    }
    return fresh;
}

}  // namespace ingot::run
