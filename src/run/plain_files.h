#pragma once
// Tables as plain files, for readers that know no log (format: parquet, csv or engine): a folder that shows one version
// and is exchanged whole; in a store, which exchanges single objects only, one file. What is in it can be made again from
// the table.
#include "run/catalog.h"
#include "run/context.h"

namespace ingot::run {

struct PlainFiles {
    const Manifest& manifest;
    storage::FileSystem& files;
    table::TableFormat& tables;
    OpenEngine engine;
    state::HeldLeases& leases;
    std::string run_id;
};

// Brings the files of every table up to the version that stands. A kill before it leaves those of the version before,
// and the next call mends that. CFG108 in a store for a table of several files.
Status refresh_plain_files(const PlainFiles& what);

// A table whose format became another moves with its versions to where they belong now. CFG108 in a store.
Status settle_place(const RunContext& context, const Node& node);

}  // namespace ingot::run
