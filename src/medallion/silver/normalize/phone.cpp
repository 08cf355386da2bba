#include <algorithm>

#include "medallion/silver/normalize/normalizer.h"

namespace ingot::silver {

namespace {

constexpr std::string_view countries =
#include "medallion/silver/normalize/country_names.inc"
    ;

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

// Each country begins with its two letters, and all but the first stand behind a bar.
bool is_region(const std::string& name) {
    return name.size() == 2 &&
           (countries.starts_with(name + " ") || countries.contains("|" + name + " "));
}

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    const auto region = upper(step.region);
    if (!region.empty() && !is_region(region))
        return fail("CFG104",
            "phone: '" + step.region +
                "' is not a region that is known; write two letters, such as DE",
            step.what.span);
    return Normalized{Fragment::of("ingot_phone(") + text + Fragment::of(", ") +
                      sql::duckdb().literal(region) + Fragment::of(")")};
}

}  // namespace

extern const Normalizer phone_normalizer;
const Normalizer phone_normalizer{
    "phone", "A telephone number in E.164 form: +, the country, the number.", clean, true};

}  // namespace ingot::silver
