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

namespace {

Fragment read(const Fragment& text, const std::vector<std::string>& formats) {
    return Fragment::of("CAST(try_strptime(") + text + Fragment::of(", ") +
           sql::duckdb().list(formats) + Fragment::of(") AS TIMESTAMP)");
}

// The engine takes 1/2/26 for a day of the year 1.
Fragment read_with_year(const Fragment& text, const std::vector<std::string>& formats) {
    const auto moment = read(text, formats);
    return Fragment::of("CASE WHEN ") + moment +
           Fragment::of(" >= TIMESTAMP '1000-01-01' OR regexp_matches(") + text +
           Fragment::of(", '\\d{4}') THEN ") + moment + Fragment::of(" END");
}

// With a zone the engine takes the 29th of February 2026 for the 1st of March; without it, it knows better.
Fragment read_with_zone(const Fragment& text, const std::string& format) {
    if (!format.ends_with("%z")) return read(text, {format});
    const auto without_zone =
        Fragment::of("regexp_replace(") + text + Fragment::of(", '[+-]\\d{2}(:?\\d{2})*$', '')");
    return Fragment::of("CASE WHEN ") +
           read_with_year(without_zone, {format.substr(0, format.size() - 2)}) +
           Fragment::of(" IS NOT NULL THEN ") + read(text, {format}) + Fragment::of(" END");
}

}  // namespace

Fragment read_moment(const Fragment& text, const std::vector<std::string>& formats) {
    std::vector<std::string> with_year, others;
    std::vector<Fragment> moments;
    const auto bare = trimmed(text);
    for (const auto& format : formats) {
        if (format.contains("%z") || format.contains("%Z"))
            moments.push_back(read_with_zone(bare, format));
        else
            (format.contains("%Y") ? with_year : others).push_back(format);
    }
    if (!others.empty()) moments.insert(moments.begin(), read(bare, others));
    if (!with_year.empty()) moments.insert(moments.begin(), read_with_year(bare, with_year));
    return Fragment::of("coalesce(") + sql::join(moments, Fragment::of(", ")) + Fragment::of(")");
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
