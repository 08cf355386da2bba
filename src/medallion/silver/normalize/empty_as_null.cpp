#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep&, const Fragment& text) {
    return Normalized{Fragment::of("nullif(") + text + Fragment::of(", '')")};
}

}  // namespace

extern const Normalizer empty_as_null_normalizer;
const Normalizer empty_as_null_normalizer{"empty_as_null", "Makes empty text NULL.", clean};

}  // namespace ingot::silver
