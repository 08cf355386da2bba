#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

// Formats that can be read in one way only; 03/04/2026 is none of them.
Result<Normalized> parsed(const NormalizeStep& step, const Fragment& text) {
    const std::vector<std::string> usual{"%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y",
        "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%B %d, %Y", "%b %d, %Y", "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"};
    return Normalized{Fragment::of("CAST(") +
                          read_moment(text, step.formats.empty() ? usual : step.formats) +
                          Fragment::of(" AS DATE)"),
        "DATE"};
}

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    return parsed(step, text);
}

}  // namespace

extern const Normalizer date_normalizer;
const Normalizer date_normalizer{"date", "A date, from text in several formats.", clean, true};

}  // namespace ingot::silver
