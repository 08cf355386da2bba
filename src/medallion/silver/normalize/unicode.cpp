#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    if (step.form.empty() || step.form == "nfc")
        return Normalized{Fragment::of("nfc_normalize(") + text + Fragment::of(")")};
    if (step.form == "ascii")
        return Normalized{Fragment::of("strip_accents(") + text + Fragment::of(")")};
    return fail("CFG104", "unicode: form is nfc or ascii, not '" + step.form + "'", step.what.span);
}

}  // namespace

extern const Normalizer unicode_normalizer;
const Normalizer unicode_normalizer{
    "unicode", "Unicode normal form: nfc; or ascii, without accents.", clean};

}  // namespace ingot::silver
