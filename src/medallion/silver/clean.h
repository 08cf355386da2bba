#pragma once
// Cleaning of a model's values, step by step: each is a SELECT around the one before.
#include <string>
#include <vector>

#include "base/result.h"
#include "data/columns.h"
#include "medallion/silver/normalize_spec.h"
#include "sql/dialect.h"

namespace ingot::silver {

// Two columns that a step adds: of how many of a row's values it made others, and how many it did not understand.
struct CleaningStep {
    std::string name;  // of the normalizer, and of its columns
    std::string changed;
    std::string not_understood;
};

// A step that finds no column by the pattern or the types it was given.
struct IdleStep {
    std::string what;
    Span where;
};

struct Cleaning {
    Columns columns;  // of the model, after all steps
    std::vector<CleaningStep> steps;
    std::vector<sql::Fragment> selects;
    std::vector<IdleStep> idle;

    // The steps around a SELECT of the model, which yields further columns untouched.
    sql::Fragment around(sql::Fragment select) const;
};

// PRJ106 for a column that the model lacks, CFG104 for a normalizer or form that there is not.
Result<Cleaning> clean(const NormalizeSpec& spec, const Columns& model);

}  // namespace ingot::silver
