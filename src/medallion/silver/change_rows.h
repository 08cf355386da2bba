#pragma once
// Change rows: what each says, and what their envelope holds.
#include <optional>

#include "base/result.h"
#include "data/columns.h"
#include "medallion/silver/cdc_spec.h"
#include "sql/dialect.h"

namespace ingot::silver {

// An expression over the model's input: upsert, delete, truncate, ignore, or '? ' and why nobody knows.
sql::Fragment change_of_row(const CdcSpec& cdc,
    const std::optional<config::Spanned<std::string>>& delete_when,
    const sql::Fragment& unreadable);

// What change_of_row begins with where images are text: the cases in which that text does not hold the row; may be empty.
Result<sql::Fragment> unreadable_images(const CdcSpec& cdc, const Columns& model);

// What to select of a model that yields Debezium's before, after and op: the row, and what stands beside it.
// CFG108 when there is no such row.
Result<sql::Fragment> open_envelope(const CdcSpec& cdc, const Columns& model);

}  // namespace ingot::silver
