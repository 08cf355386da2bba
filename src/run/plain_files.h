#pragma once
// Tables as plain files, for readers that know no log (format: parquet, csv or engine): a folder that shows one version
// and is exchanged whole; in a store, which exchanges single objects only, one file. Of scope: slice each load_date is
// such a folder, and those that did not change are left alone. What is in it can be made again from the table.
#include "run/catalog.h"
#include "run/context.h"

namespace ingot::run {

// Whether files are there is taken from the mark beside them, or looked up.
enum class Trust { mark, files };

struct PlainFiles {
    const Manifest& manifest;
    storage::FileSystem& files;
    table::TableFormat& tables;
    OpenEngine engine;
    state::HeldLeases& leases;
    std::string run_id;
    Trust trust = Trust::mark;
};

// Brings the files of every table up to the version that stands. A kill before it leaves those of the version before,
// and the next call mends that. CFG108 in a store for a table of several files.
Status refresh_plain_files(const PlainFiles& what);

// Paths of the table's plain files that are gone, or have another size than they were written with.
Result<std::vector<std::string>> damaged_plain_files(
    const Manifest& manifest, storage::FileSystem& files, const Node& node);

// A table whose format became another moves with its versions to where they belong now. CFG108 in a store.
Status settle_place(const RunContext& context, const Node& node);

}  // namespace ingot::run
