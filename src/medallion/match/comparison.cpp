#include "medallion/match/comparison.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "base/suggest.h"

namespace ingot::match {

namespace {

struct Kind {
    Comparing by;
    std::string_view function;  // of two values; empty: equality alone
    bool is_distance;
    std::vector<double> at;  // where the author gives none
};

const Kind& kind_of(Comparing by) {
    static const std::vector<Kind> kinds{{Comparing::exact, "", false, {}},
        {Comparing::jaro_winkler, "jaro_winkler_similarity", false, {0.92, 0.8}},
        {Comparing::jaro, "jaro_similarity", false, {0.92, 0.8}},
        {Comparing::levenshtein, "levenshtein", true, {1, 2}},
        {Comparing::damerau_levenshtein, "damerau_levenshtein", true, {1, 2}},
        {Comparing::tokens, "", false, {0.7, 0.4}}, {Comparing::days, "", true, {1, 31, 366}},
        {Comparing::number, "", true, {1, 10}}, {Comparing::percent, "", true, {0.01, 0.1}},
        {Comparing::soundex, "soundex", false, {}}, {Comparing::metaphone, "metaphone", false, {}},
        {Comparing::double_metaphone, "double_metaphone", false, {}},
        {Comparing::nysiis, "nysiis", false, {}},
        {Comparing::match_rating, "match_rating_alike", false, {}},
        {Comparing::cologne, "cologne_phonetic", false, {}}};
    return *std::ranges::find(kinds, by, &Kind::by);
}

std::string_view name_of(Comparing by) {
    return std::ranges::find(comparing_choices, static_cast<int>(by), &config::Choice::value)->name;
}

std::string shortest(double value) {
    std::array<char, 40> text{};
    return {text.begin(), std::to_chars(text.begin(), text.end(), value).ptr};
}

bool is_sound(Comparing by) { return by >= Comparing::soundex; }

// What the comparison says of sounds, if it does. CFG104 for another word, CFG108 for what has no sound.
Result<std::optional<Comparing>> sound_of(const std::string& name, const CompareSpec& spec) {
    if (is_sound(spec.by) && spec.sounds)
        return fail("CFG108",
            "dedupe: " + name + ": by: " + std::string(name_of(spec.by)) +
                " is about sounds already; name one of them",
            spec.sounds->span);
    if (is_sound(spec.by)) return spec.by;
    if (!spec.sounds) return std::nullopt;
    const auto found = std::ranges::find(sound_choices, spec.sounds->value, &config::Choice::name);
    if (found == sound_choices.end()) {
        std::vector<std::string> names;
        for (const auto& choice : sound_choices) names.emplace_back(choice.name);
        return fail("CFG104",
            "dedupe: " + name + ": '" + spec.sounds->value +
                "' is not one of soundex, metaphone, double_metaphone, nysiis, match_rating, cologne" +
                did_you_mean(spec.sounds->value, names),
            spec.sounds->span);
    }
    if (spec.by > Comparing::damerau_levenshtein)
        return fail("CFG108",
            "dedupe: " + name + ": sounds are of texts, and by: " + std::string(name_of(spec.by)) +
                " compares something else",
            spec.sounds->span);
    return static_cast<Comparing>(found->value);
}

Status check_bounds(const Comparison& comparison, const Span& span) {
    const auto& kind = kind_of(comparison.spec->by);
    const auto& at = comparison.at;
    if ((comparison.spec->by == Comparing::exact || is_sound(comparison.spec->by)) && !at.empty())
        return fail("CFG104",
            "dedupe: " + comparison.name + ": by: " + std::string(name_of(comparison.spec->by)) +
                " has no bounds",
            span);
    const bool ordered = kind.is_distance ? std::ranges::is_sorted(at, std::less_equal{})
                                          : std::ranges::is_sorted(at, std::greater_equal{});
    if (!ordered)
        return fail("CFG104",
            "dedupe: " + comparison.name +
                ": the bounds of at go from the nearest to the farthest: " +
                std::string(kind.is_distance ? "a distance rises" : "a similarity falls"),
            span);
    const bool in_range = std::ranges::all_of(
        at, [&](double bound) { return bound > 0 && (kind.is_distance || bound <= 1); });
    if (!in_range)
        return fail("CFG104",
            "dedupe: " + comparison.name + ": " +
                (kind.is_distance ? "a distance is more than 0"
                                  : "a similarity lies between 0 and 1"),
            span);
    return {};
}

Status check_shares(
    const Comparison& comparison, const std::vector<double>& shares, const Span& span) {
    if (shares.empty()) return {};
    const auto wanted = static_cast<std::size_t>(comparison.levels());
    const bool possible =
        std::ranges::all_of(shares, [](double share) { return share > 0 && share < 1; });
    if (shares.size() == wanted && possible) return {};
    return fail("CFG104",
        "dedupe: " + comparison.name + ": m and u are one share between 0 and 1 for each of its " +
            std::to_string(wanted) + " levels",
        span);
}

}  // namespace

Fragment number(double value) {
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.begin(), text.end(), value, std::chars_format::scientific);
    return Fragment::authored(std::string(text.begin(), end.ptr));
}

Result<std::vector<Comparison>> comparisons(const DedupeSpec& spec) {
    std::vector<Comparison> out;
    for (const auto& [name, compare] : spec.compare) {
        const auto& value = compare.value;
        Comparison comparison{.name = name, .spec = &value, .source = {}, .at = value.at};
        comparison.source =
            value.value ? value.value->value : sql::duckdb().identifier(name).text();
        if (value.at.empty()) comparison.at = kind_of(value.by).at;
        comparison.sound = TRY(sound_of(name, value));
        TRY(check_bounds(comparison, compare.span));
        TRY(check_shares(comparison, value.m, compare.span));
        TRY(check_shares(comparison, value.u, compare.span));
        out.push_back(std::move(comparison));
    }
    return out;
}

Fragment compared_value(const Comparison& comparison) {
    const auto value = Fragment::authored("(" + comparison.source + "\n)");
    switch (comparison.spec->by) {
        case Comparing::days: return Fragment::of("TRY_CAST(") + value + Fragment::of(" AS DATE)");
        case Comparing::number:
        case Comparing::percent:
            return Fragment::of("TRY_CAST(") + value + Fragment::of(" AS DOUBLE)");
        case Comparing::tokens:
            return Fragment::of(
                       "nullif(list_sort(list_distinct(list_filter(regexp_split_to_array(lower(CAST(") +
                   value +
                   Fragment::of(
                       " AS VARCHAR)), '[^\\pL\\pN]+'), lambda t: t <> ''))), CAST([] AS VARCHAR[]))");
        default: return Fragment::of("nullif(CAST(") + value + Fragment::of(" AS VARCHAR), '')");
    }
}

namespace {

// The engine compares bytes, and a letter that is no ASCII has several: the letters of such a pair get names of a byte each. In
// long texts, which have more letters than there are names, the few bytes weigh little.
Fragment by_letters(std::string_view function, const Fragment& left, const Fragment& right) {
    static const std::string names = [] {
        std::string all;
        for (char c = ' '; c <= '~'; ++c) all += c;
        return all;
    }();
    const auto& d = sql::duckdb();
    const auto size = [](const char* of, const Fragment& value) {
        return Fragment::authored(of) + Fragment::of("(") + value + Fragment::of(")");
    };
    const auto call = [&](const Fragment& a, const Fragment& b) {
        return Fragment::authored(std::string(function)) + Fragment::of("(") + a +
               Fragment::of(", ") + b + Fragment::of(")");
    };
    const auto named = [&](const Fragment& value) {
        return Fragment::of("translate(") + value + Fragment::of(", ") + left +
               Fragment::of(" || ") + right + Fragment::of(", ") + d.literal(names) +
               Fragment::of(")");
    };
    const auto letters = size("length", left) + Fragment::of(" + ") + size("length", right);
    return Fragment::of("CASE WHEN ") + size("strlen", left) + Fragment::of(" + ") +
           size("strlen", right) + Fragment::of(" = ") + letters + Fragment::of(" OR ") + letters +
           Fragment::of(" > ") + d.integer(static_cast<std::int64_t>(names.size())) +
           Fragment::of(" THEN ") + call(left, right) + Fragment::of(" ELSE ") +
           call(named(left), named(right)) + Fragment::of(" END");
}

}  // namespace

Fragment nearness(const Comparison& comparison, const Fragment& left, const Fragment& right) {
    const auto pair = left + Fragment::of(", ") + right + Fragment::of(")");
    switch (comparison.spec->by) {
        case Comparing::exact:
        case Comparing::soundex:
        case Comparing::metaphone:
        case Comparing::double_metaphone:
        case Comparing::nysiis:
        case Comparing::match_rating:
        case Comparing::cologne: return {};
        case Comparing::days:
            return Fragment::of("abs(date_diff('day', ") + pair + Fragment::of(")");
        case Comparing::number:
            return Fragment::of("abs(") + left + Fragment::of(" - ") + right + Fragment::of(")");
        case Comparing::percent:
            return Fragment::of("abs(") + left + Fragment::of(" - ") + right +
                   Fragment::of(") / greatest(abs(") + left + Fragment::of("), abs(") + right +
                   Fragment::of("))");
        case Comparing::tokens: {
            const auto both = Fragment::of("len(list_intersect(") + pair + Fragment::of(")");
            return both + Fragment::of(" / (len(") + left + Fragment::of(") + len(") + right +
                   Fragment::of(") - ") + both + Fragment::of(")");
        }
        default: return by_letters(kind_of(comparison.spec->by).function, left, right);
    }
}

namespace {

Fragment alike(Comparing sound, const Fragment& left, const Fragment& right) {
    const auto pair = left + Fragment::of(", ") + right + Fragment::of(")");
    if (sound == Comparing::match_rating) return Fragment::of("match_rating_alike(") + pair;
    // A name may be said in two ways; one in common is enough.
    if (sound == Comparing::double_metaphone) return Fragment::of("list_has_any(") + pair;
    return left + Fragment::of(" = ") + right;
}

}  // namespace

Fragment sound(const Comparison& comparison) {
    if (!comparison.sound) return {};
    const auto value = compared_value(comparison);
    if (*comparison.sound == Comparing::match_rating) return value;
    return Fragment::authored(std::string(kind_of(*comparison.sound).function)) +
           Fragment::of("(") + value + Fragment::of(")");
}

Fragment level(const Comparison& comparison, const Pair& pair) {
    const auto& [left, right, near, left_sound, right_sound] = pair;
    auto out = Fragment::of("CASE WHEN ") + left + Fragment::of(" IS NULL OR ") + right +
               Fragment::of(" IS NULL THEN 0 WHEN ") + left + Fragment::of(" = ") + right +
               Fragment::of(" THEN 1");
    const bool is_distance = kind_of(comparison.spec->by).is_distance;
    int rank = 2;
    for (const auto bound : comparison.at)
        out = out + Fragment::of(" WHEN ") + near +
              (is_distance ? Fragment::of(" <= ") : Fragment::of(" >= ")) + number(bound) +
              Fragment::of(" THEN ") + sql::duckdb().integer(rank++);
    if (comparison.sound)
        out = out + Fragment::of(" WHEN ") + alike(*comparison.sound, left_sound, right_sound) +
              Fragment::of(" THEN ") + sql::duckdb().integer(rank++);
    return out + Fragment::of(" ELSE ") + sql::duckdb().integer(rank) + Fragment::of(" END");
}

std::vector<std::string> level_names(const Comparison& comparison) {
    const auto by = comparison.spec->by;
    std::vector<std::string> names{"equal"};
    for (const auto bound : comparison.at)
        names.push_back(std::string(name_of(by)) + (kind_of(by).is_distance ? " <= " : " >= ") +
                        shortest(bound));
    if (comparison.sound) names.push_back("same " + std::string(name_of(*comparison.sound)));
    names.emplace_back("else");
    return names;
}

}  // namespace ingot::match
