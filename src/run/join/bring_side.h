#pragma once
// A side of a join that lies in a store, brought to the local disk.
#include <string>

#include "platform/storage/file_system.h"

namespace ingot::run {

// Every file that a join may read, below `folder` as it lies below the store's root, with its time. What is there already
// with the same size and time is not brought again, and what the store has no more goes. STG001 when there is none.
// Of a join's result those files are brought that its metadata names: others may be about to go.
Status bring_side(storage::FileSystem& store, const std::string& folder);

// One file, unless it is there already.
Status bring_file(
    storage::FileSystem& store, const storage::FileInfo& file, const std::string& path);

}  // namespace ingot::run
