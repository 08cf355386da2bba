#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    if (step.values.empty())
        return fail("CFG103", "missing option 'values' in normalize: map says what becomes what",
            step.what.span);
    auto cases = Fragment::of("CASE ") + text;
    for (const auto& [from, to] : step.values)
        cases = cases + Fragment::of(" WHEN ") + sql::duckdb().literal(from) +
                Fragment::of(" THEN ") + sql::duckdb().literal(to);
    return Normalized{cases + Fragment::of(" END")};
}

}  // namespace

extern const Normalizer map_normalizer;
const Normalizer map_normalizer{"map", "New values by old value.", clean, true};

}  // namespace ingot::silver
