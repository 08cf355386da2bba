#include "medallion/silver/normalize/normalizer.h"

#include <array>

namespace ingot::silver {

namespace {

using Word = std::pair<std::string_view, std::string_view>;
constexpr std::array words{Word{"true", "true"}, Word{"t", "true"}, Word{"yes", "true"},
    Word{"y", "true"}, Word{"1", "true"}, Word{"on", "true"}, Word{"x", "true"}, Word{"ja", "true"},
    Word{"j", "true"}, Word{"wahr", "true"}, Word{"oui", "true"}, Word{"vrai", "true"},
    Word{"si", "true"}, Word{"sim", "true"}, Word{"tak", "true"}, Word{"false", "false"},
    Word{"f", "false"}, Word{"no", "false"}, Word{"n", "false"}, Word{"0", "false"},
    Word{"off", "false"}, Word{"nein", "false"}, Word{"falsch", "false"}, Word{"non", "false"},
    Word{"faux", "false"}, Word{"nao", "false"}, Word{"nie", "false"}};

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    const auto found = looked_up(text, words);
    if (step.values.empty())
        return Normalized{Fragment::of("CAST(") + found + Fragment::of(" AS BOOLEAN)"), "BOOLEAN"};
    auto cases = Fragment::of("CASE lower(") + trimmed(text) + Fragment::of(")");
    for (const auto& [word, meaning] : step.values) {
        if (meaning != "true" && meaning != "false")
            return fail("CFG104",
                "boolean: '" + word + "' becomes true or false, not '" + meaning + "'",
                step.what.span);
        cases = cases + Fragment::of(" WHEN lower(") + sql::duckdb().literal(word) +
                Fragment::of(") THEN ") + sql::duckdb().literal(meaning);
    }
    return Normalized{Fragment::of("CAST(") + cases + Fragment::of(" END AS BOOLEAN)"), "BOOLEAN"};
}

}  // namespace

extern const Normalizer boolean_normalizer;
const Normalizer boolean_normalizer{"boolean",
    "true or false, from the words of several languages or from words of your own.", clean, true};

}  // namespace ingot::silver
