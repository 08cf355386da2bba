#pragma once
// The shape of a silver row: what a model yields, cleaned, renamed, put in order and cast to what a table can hold.
#include "base/result.h"
#include "data/columns.h"
#include "medallion/silver/clean.h"
#include "medallion/silver/spec.h"
#include "sql/dialect.h"

namespace ingot::silver {

// A column that an author casts, and the own column that holds the text of values that do not fit.
struct Misfit {
    std::string column;
    std::string own_column;
};

struct Curated {
    sql::Fragment projection;  // over the model's columns, cleaned
    Columns columns;  // what it yields, own (_ingot_) columns left out unless the author named one
    Cleaning cleaning;
    std::vector<Misfit> misfits;  // their own columns are in the projection, not in `columns`
};

// `storable` gives the type to cast to. PRJ106 for a column that the model lacks, CFG108 for two columns of one name.
using StorableType = std::string (*)(std::string_view type);
// `casts` are those of the spec, with types as the engine spells them.
Result<Curated> curate(const SilverSpec& spec, const Columns& model, const Columns& casts,
    StorableType storable, const sql::Dialect& dialect);

}  // namespace ingot::silver
