#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    if (!step.regex)
        return fail("CFG103", "missing option 'regex' in normalize: replace says what to look for",
            step.what.span);
    return Normalized{Fragment::of("regexp_replace(") + text + Fragment::of(", ") +
                      sql::duckdb().literal(*step.regex) + Fragment::of(", ") +
                      sql::duckdb().literal(step.with) + Fragment::of(", 'g')")};
}

}  // namespace

extern const Normalizer replace_normalizer;
const Normalizer replace_normalizer{
    "replace", "Replaces what a regular expression matches.", clean};

}  // namespace ingot::silver
