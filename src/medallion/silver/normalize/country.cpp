#include "medallion/silver/normalize/normalizer.h"

#include <algorithm>
#include <vector>

#include "base/lower_case.h"

namespace ingot::silver {

namespace {

constexpr std::string_view all =
#include "medallion/silver/normalize/country_names.inc"
    ;

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(at, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

// Of each country its spellings: the codes of two and three letters first, then its names.
std::vector<std::vector<std::string>> countries() {
    std::vector<std::vector<std::string>> out;
    for (const auto& country : split(all, '|')) {
        std::vector<std::string> spellings{country.substr(0, 2), country.substr(3, 3)};
        for (auto& name : split(std::string_view(country).substr(7), ';'))
            spellings.push_back(std::move(name));
        out.push_back(std::move(spellings));
    }
    return out;
}

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    const auto at = step.form.empty() || step.form == "alpha2" ? 0
                    : step.form == "alpha3"                    ? 1
                    : step.form == "name"                      ? 2
                                                               : 3;
    if (at == 3)
        return fail("CFG104", "country: form is alpha2, alpha3 or name, not '" + step.form + "'",
            step.what.span);
    std::vector<std::string> spellings, codes;
    for (const auto& country : countries()) {
        for (const auto& spelling : country) {
            spellings.push_back(lower(spelling));
            codes.push_back(country[static_cast<std::size_t>(at)]);
        }
    }
    return Normalized{sql::duckdb().list(codes) + Fragment::of("[list_position(") +
                      sql::duckdb().list(spellings) + Fragment::of(", lower(strip_accents(") +
                      trimmed(text) + Fragment::of(")))]")};
}

}  // namespace

extern const Normalizer country_normalizer;
const Normalizer country_normalizer{
    "country", "The ISO 3166 code of a country, from a code or a name.", clean, true};

}  // namespace ingot::silver
