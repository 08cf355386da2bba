#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

// Formats that can be read in one way only. A time with a zone becomes UTC.
Result<Normalized> parsed(const NormalizeStep& step, const Fragment& text) {
    const std::vector<std::string> usual{"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z",
        "%Y-%m-%d %H:%M:%S%z", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d",
        "%d.%m.%Y"};
    return Normalized{Fragment::of("CAST(") +
                          read_moment(text, step.formats.empty() ? usual : step.formats) +
                          Fragment::of(" AS TIMESTAMP)"),
        "TIMESTAMP"};
}

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    return parsed(step, text);
}

}  // namespace

extern const Normalizer timestamp_normalizer;
const Normalizer timestamp_normalizer{
    "timestamp", "A time, from text in several formats.", clean, true};

}  // namespace ingot::silver
