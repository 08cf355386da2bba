#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep&, const Fragment& text) {
    const auto bare =
        Fragment::of("lower(") +
        trimmed(Fragment::of("regexp_replace(regexp_replace(") + text +
                Fragment::of(", '^.*<([^<>]*)>[^<>]*$', '\\1'), '(?i)^\\s*mailto:', '')")) +
        Fragment::of(")");
    return Normalized{
        Fragment::of("CASE WHEN regexp_full_match(") + bare +
        Fragment::of(
            ", '[a-z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+') THEN ") +
        bare + Fragment::of(" END")};
}

}  // namespace

extern const Normalizer email_normalizer;
const Normalizer email_normalizer{"email",
    "An e-mail address alone, in lower case: without a name, brackets or mailto:.", clean, true};

}  // namespace ingot::silver
