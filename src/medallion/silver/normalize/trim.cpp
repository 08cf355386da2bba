#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

Result<Normalized> clean(const NormalizeStep&, const Fragment& text) {
    return Normalized{trimmed(text)};
}

}  // namespace

extern const Normalizer trim_normalizer;
const Normalizer trim_normalizer{"trim", "Removes white space at both ends.", clean};

}  // namespace ingot::silver
