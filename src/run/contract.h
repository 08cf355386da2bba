#pragma once
// A table's own schema (schema: evolve, contract:): what lands is held against it before anything is published.
#include "run/land.h"
#include "run/landing.h"
#include "run/slice_record.h"

namespace ingot::run {

// The schema that the slices of the dataset carry with them: the latest. Version 0 before the first.
Result<TableSchema> standing_schema(storage::FileSystem& files, const Node& node);

struct ContractOrder {
    const LandingOrder& reading;
    const LandOrder& order;
    const StandingSlices& slices;  // that stand, to be looked at before a type is widened
};

// Changes the landed rows so that they fit, the schema so that it fits them, or refuses them (EXT133), as contract: says.
// No value is lost: what no column can hold is in the column _variants, in quarantine, or counted as dropped.
Result<TableSchema> apply_contract(
    const ContractOrder& order, TableSchema schema, LandedFile& landed);

bool has_contract(const BronzeDataset& bronze);

}  // namespace ingot::run
