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

namespace {

struct Option {
    std::string_view name;
    bool is_given;
    std::vector<std::string_view> users;
};

}  // namespace

Status has_use_for_all(const NormalizeStep& step) {
    const std::vector<Option> options{
        {"form", !step.form.empty(), {"case", "unicode", "country", "number"}},
        {"formats", !step.formats.empty(), {"date", "timestamp"}},
        {"decimal", step.decimal != ".", {"number", "unit"}},
        {"region", !step.region.empty(), {"phone"}}, {"unit", !step.unit.empty(), {"unit"}},
        {"regex", step.regex.has_value(), {"replace"}}, {"with", !step.with.empty(), {"replace"}},
        {"values", !step.values.empty(), {"map", "boolean"}}};
    for (const auto& option : options) {
        if (!option.is_given ||
            std::ranges::find(option.users, step.what.value) != option.users.end())
            continue;
        std::string users;
        for (const auto user : option.users)
            users += (users.empty() ? "" : " and ") + std::string(user);
        return fail("CFG108",
            "normalize: " + step.what.value + " has no use for " + std::string(option.name) +
                ":, which is for " + users + "; leave it out",
            step.what.span);
    }
    return {};
}

Status formats_are_known(const NormalizeStep& step) {
    constexpr std::string_view letters = "aAwudbBmyYHIpMSgfnzZjUWcxXGuV%";
    for (const auto& format : step.formats) {
        bool has_any = false;
        for (std::size_t at = format.find('%'); at != std::string::npos;
            at = format.find('%', at)) {
            const auto letter = at + 1 < format.size() && format[at + 1] == '-' ? at + 2 : at + 1;
            if (letter >= format.size() || !letters.contains(format[letter]))
                return fail("CFG104",
                    "normalize: formats: '" + format + "': " + format.substr(at, letter + 1 - at) +
                        " means nothing; days, months, years are %d, %m, %Y, hours, minutes, seconds %H, %M, %S",
                    step.what.span);
            has_any = true;
            at = letter + 1;
        }
        if (!has_any)
            return fail("CFG104",
                "normalize: formats: '" + format +
                    "' names no part of a date; write such as %d.%m.%Y",
                step.what.span);
    }
    return {};
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
