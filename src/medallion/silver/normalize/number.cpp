#include "medallion/silver/fit.h"
#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    if (step.decimal != "." && step.decimal != ",")
        return fail(
            "CFG104", "number: decimal is . or , not '" + step.decimal + "'", step.what.span);
    const auto type = step.form.empty() ? std::string("DOUBLE") : step.form;
    const bool comma = step.decimal == ",";
    const auto bare = Fragment::of("regexp_replace(") + text +
                      Fragment::of(", '[\\s\\p{Z}\\p{Sc}''’_]|[A-Z]{3}', '', 'g')");
    // Groups have three digits, so that 1,5 is not read as 15.
    const auto is_number =
        comma ? Fragment::of(", '[+-]?\\(?[+-]?(\\d{1,3}(\\.\\d{3})+|\\d+)?(,\\d+)?\\)?-?')")
              : Fragment::of(", '[+-]?\\(?[+-]?(\\d{1,3}(,\\d{3})+|\\d+)?(\\.\\d+)?\\)?-?')");
    const auto digits =
        (comma ? Fragment::of("replace(replace(") + bare + Fragment::of(", '.', ''), ',', '.')")
               : Fragment::of("replace(") + bare + Fragment::of(", ',', '')"));
    const auto is_minus = Fragment::of("regexp_matches(") + bare + Fragment::of(", '[(-]')");
    const auto spelled = Fragment::of("CASE WHEN ") + is_minus +
                         Fragment::of(" THEN '-' ELSE '' END || regexp_replace(") + digits +
                         Fragment::of(", '[()+-]', '', 'g')");
    return Normalized{Fragment::of("CASE WHEN regexp_full_match(") + bare + is_number +
                          Fragment::of(" THEN ") + TRY(fitted(spelled, "VARCHAR", type)) +
                          Fragment::of(" END"),
        type};
}

}  // namespace

extern const Normalizer number_normalizer;
const Normalizer number_normalizer{"number",
    "A number, from text with a decimal comma or point, groups, a currency sign or brackets for minus.",
    clean, true};

}  // namespace ingot::silver
