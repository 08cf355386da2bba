#include "medallion/silver/normalize/normalizer.h"

#include <algorithm>
#include <array>

namespace ingot::silver {

namespace {

struct Region {
    std::string_view name;
    std::string_view code;
    std::string_view
        trunk;  // what is dialled within the country before the number, and not from outside
    std::string_view international;  // what is dialled before the number of another country
    std::string_view digits;         // how many the number has without all that
};

constexpr std::array regions{Region{"AR", "54", "0", "00", "8,11"},
    Region{"AT", "43", "0", "00", "4,13"}, Region{"AU", "61", "0", "0011", "9"},
    Region{"BE", "32", "0", "00", "8,9"}, Region{"BG", "359", "0", "00", "7,9"},
    Region{"BR", "55", "0", "00", "10,11"}, Region{"CA", "1", "1", "011", "10"},
    Region{"CH", "41", "0", "00", "9"}, Region{"CL", "56", "", "00", "9"},
    Region{"CN", "86", "0", "00", "9,11"}, Region{"CZ", "420", "", "00", "9"},
    Region{"DE", "49", "0", "00", "5,12"}, Region{"DK", "45", "", "00", "8"},
    Region{"EE", "372", "", "00", "7,8"}, Region{"ES", "34", "", "00", "9"},
    Region{"FI", "358", "0", "00", "5,12"}, Region{"FR", "33", "0", "00", "9"},
    Region{"GB", "44", "0", "00", "9,10"}, Region{"GR", "30", "", "00", "10"},
    Region{"HR", "385", "0", "00", "7,9"}, Region{"HU", "36", "06", "00", "8,9"},
    Region{"IE", "353", "0", "00", "7,9"}, Region{"IL", "972", "0", "00", "8,9"},
    Region{"IN", "91", "0", "00", "10"}, Region{"IT", "39", "", "00", "6,11"},
    Region{"JP", "81", "0", "010", "9,10"}, Region{"KR", "82", "0", "00", "8,10"},
    Region{"LT", "370", "8", "00", "8"}, Region{"LU", "352", "", "00", "5,11"},
    Region{"LV", "371", "", "00", "8"}, Region{"MX", "52", "", "00", "10"},
    Region{"NL", "31", "0", "00", "9"}, Region{"NO", "47", "", "00", "8"},
    Region{"NZ", "64", "0", "00", "8,10"}, Region{"PL", "48", "", "00", "9"},
    Region{"PT", "351", "", "00", "9"}, Region{"RO", "40", "0", "00", "9"},
    Region{"RS", "381", "0", "00", "8,9"}, Region{"RU", "7", "8", "810", "10"},
    Region{"SE", "46", "0", "00", "7,9"}, Region{"SG", "65", "", "00", "8"},
    Region{"SI", "386", "0", "00", "8"}, Region{"SK", "421", "0", "00", "9"},
    Region{"TR", "90", "0", "00", "10"}, Region{"UA", "380", "0", "00", "9"},
    Region{"US", "1", "1", "011", "10"}, Region{"ZA", "27", "0", "00", "9"}};

const Region* find_region(std::string name) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    const auto it = std::ranges::find(regions, name, &Region::name);
    return it == regions.end() ? nullptr : &*it;
}

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    const auto* home = find_region(step.region);
    if (!step.region.empty() && !home)
        return fail("CFG104",
            "phone: '" + step.region +
                "' is not a region that is known; write two letters, such as DE",
            step.what.span);
    const auto bare =
        Fragment::of("regexp_replace(regexp_replace(") + text +
        Fragment::of(
            ", '(?i)^\\s*tel:|\\(0\\)|[;,x]?\\s*(ext|x)\\.?\\s*\\d+\\s*$', '', 'g'), '[\\s\\p{Z}()./-]', '', 'g')");
    auto cases = Fragment::of("CASE WHEN regexp_full_match(") + bare +
                 Fragment::of(", '\\+[1-9]\\d{6,14}') THEN ") + bare +
                 Fragment::of(" WHEN regexp_full_match(") + bare +
                 Fragment::of(", '00[1-9]\\d{6,14}') THEN '+' || ") + bare + Fragment::of("[3:]");
    if (home) {
        const auto code = sql::duckdb().literal("+" + std::string(home->code));
        if (home->international != "00")
            cases =
                cases + Fragment::of(" WHEN starts_with(") + bare + Fragment::of(", ") +
                sql::duckdb().literal(home->international) +
                Fragment::of(") AND regexp_full_match(") + bare +
                Fragment::of(", '\\d{10,18}') THEN '+' || ") + bare + Fragment::of("[") +
                sql::duckdb().integer(static_cast<std::int64_t>(home->international.size()) + 1) +
                Fragment::of(":]");
        const auto national = home->trunk.empty()
                                  ? bare
                                  : Fragment::of("regexp_replace(") + bare + Fragment::of(", ") +
                                        sql::duckdb().literal("^" + std::string(home->trunk)) +
                                        Fragment::of(", '')");
        cases = cases + Fragment::of(" WHEN regexp_full_match(") + national + Fragment::of(", ") +
                sql::duckdb().literal("\\d{" + std::string(home->digits) + "}") +
                Fragment::of(") THEN ") + code + Fragment::of(" || ") + national;
    }
    return Normalized{cases + Fragment::of(" END")};
}

}  // namespace

extern const Normalizer phone_normalizer;
const Normalizer phone_normalizer{
    "phone", "A telephone number in E.164 form: +, the country, the number.", clean, true};

}  // namespace ingot::silver
