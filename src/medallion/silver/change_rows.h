#pragma once
// Change rows: what each says, and what their envelope holds.
#include <optional>

#include "base/result.h"
#include "data/columns.h"
#include "medallion/silver/cdc_spec.h"
#include "sql/dialect.h"

namespace ingot::silver {

// An expression over the model's input: upsert, delete, truncate, ignore, or '? ' and a word that is not known.
sql::Fragment change_of_row(
    const CdcSpec& cdc, const std::optional<config::Spanned<std::string>>& delete_when);

// What to select of a model that yields Debezium's before, after and op: the row, and what stands beside it.
// CFG108 when there is no such row.
Result<sql::Fragment> open_envelope(const CdcSpec& cdc, const Columns& model);

}  // namespace ingot::silver
