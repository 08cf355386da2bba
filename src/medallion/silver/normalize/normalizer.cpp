#include "medallion/silver/normalize/normalizer.h"

#include <algorithm>
#include <map>

#include "base/suggest.h"

namespace ingot::silver {

#define NORMALIZER(id) extern const Normalizer id##_normalizer;
#include "medallion/silver/normalize/builtin.inc"
#undef NORMALIZER

std::span<const Normalizer* const> normalizers() {
    static const Normalizer* const all[] = {
#define NORMALIZER(id) &id##_normalizer,
#include "medallion/silver/normalize/builtin.inc"
#undef NORMALIZER
    };
    return all;
}

Result<const Normalizer*> find_normalizer(const NormalizeStep& step) {
    std::vector<std::string> names;
    for (const auto* each : normalizers()) {
        if (each->name == step.what.value) return each;
        names.emplace_back(each->name);
    }
    return fail("CFG104",
        "'" + step.what.value + "' is not a normalizer" + did_you_mean(step.what.value, names),
        step.what.span);
}

Fragment trimmed(const Fragment& text) {
    return Fragment::of("regexp_replace(") + text +
           Fragment::of(", '^[\\s\\p{Z}\\x{FEFF}]+|[\\s\\p{Z}\\x{FEFF}]+$', '', 'g')");
}

Fragment looked_up(const Fragment& text, Words words) {
    std::map<std::string_view, std::vector<std::string>> by_meaning;
    for (const auto& [word, meaning] : words) by_meaning[meaning].emplace_back(word);
    auto cases = Fragment::of("CASE");
    for (const auto& [meaning, spellings] : by_meaning)
        cases = cases + Fragment::of(" WHEN lower(strip_accents(") + trimmed(text) +
                Fragment::of(")) IN ") + sql::duckdb().list(spellings) + Fragment::of(" THEN ") +
                sql::duckdb().literal(meaning);
    return cases + Fragment::of(" END");
}

}  // namespace ingot::silver
