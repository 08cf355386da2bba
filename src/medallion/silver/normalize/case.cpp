#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    if (step.form == "upper") return Normalized{Fragment::of("upper(") + text + Fragment::of(")")};
    if (step.form == "lower") return Normalized{Fragment::of("lower(") + text + Fragment::of(")")};
    if (step.form == "title")
        return Normalized{
            Fragment::of("array_to_string(list_transform(regexp_extract_all(lower(") + text +
            Fragment::of("), '[\\pL\\pN]+|[^\\pL\\pN]+'), lambda w: upper(w[1]) || w[2:]), '')")};
    return fail(
        "CFG104", "case: form is upper, lower or title, not '" + step.form + "'", step.what.span);
}

}  // namespace

extern const Normalizer case_normalizer;
const Normalizer case_normalizer{
    "case", "Upper case, lower case, or a capital at the beginning of each word.", clean};

}  // namespace ingot::silver
