#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep&, const Fragment& text) {
    return Normalized{trimmed(Fragment::of("regexp_replace(") + text +
                              Fragment::of(", '[\\s\\p{Z}\\x{FEFF}]+', ' ', 'g')"))};
}

}  // namespace

extern const Normalizer whitespace_normalizer;
const Normalizer whitespace_normalizer{
    "whitespace", "Makes each run of white space one blank, and none at the ends.", clean};

}  // namespace ingot::silver
