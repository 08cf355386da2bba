#pragma once
// What an author writes to have records that mean the same thing made one: under dedupe: of a silver dataset, or in
// @dedupe(...).
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot {

enum class Comparing {
    exact,
    jaro_winkler,
    jaro,
    levenshtein,
    damerau_levenshtein,
    tokens,
    days,
    number,
    percent,
    soundex,
    metaphone,
    double_metaphone,
    nysiis,
    match_rating,
    cologne
};
enum class Survival {
    most_complete,
    most_recent,
    oldest,
    longest,
    shortest,
    most_frequent,
    min,
    max,
    source
};

inline constexpr std::array comparing_choices{config::Choice{"exact", 0},
    config::Choice{"jaro_winkler", 1}, config::Choice{"jaro", 2}, config::Choice{"levenshtein", 3},
    config::Choice{"damerau_levenshtein", 4}, config::Choice{"tokens", 5},
    config::Choice{"days", 6}, config::Choice{"number", 7}, config::Choice{"percent", 8},
    config::Choice{"soundex", 9}, config::Choice{"metaphone", 10},
    config::Choice{"double_metaphone", 11}, config::Choice{"nysiis", 12},
    config::Choice{"match_rating", 13}, config::Choice{"cologne", 14}};
// What tells whether two texts sound alike; each is a way of comparing by itself too.
inline constexpr auto sound_choices = std::span(comparing_choices).subspan(9);
inline constexpr std::array survival_choices{config::Choice{"most_complete", 0},
    config::Choice{"most_recent", 1}, config::Choice{"oldest", 2}, config::Choice{"longest", 3},
    config::Choice{"shortest", 4}, config::Choice{"most_frequent", 5}, config::Choice{"min", 6},
    config::Choice{"max", 7}, config::Choice{"source", 8}};
constexpr std::span<const config::Choice> choices(config::Of<Comparing>) {
    return comparing_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<Survival>) { return survival_choices; }

// One comparison: levels from "equal" over each bound of `at` to "else"; where a value is missing it says nothing.
struct CompareSpec {
    std::optional<config::Spanned<std::string>> value;
    Comparing by = Comparing::exact;
    std::vector<double> at;
    std::optional<config::Spanned<std::string>> sounds;
    std::vector<double> m;
    std::vector<double> u;
    bool frequency = false;
};

constexpr auto describe(config::Of<CompareSpec>) {
    using config::field;
    return config::record("dedupe.compare", "How two records are compared in one respect.",
        field("value", &CompareSpec::value,
            "An expression over the row; default: the column that the comparison is named after.")
            .example("\"substr(postcode, 1, 3)\""),
        field("by", &CompareSpec::by, "What tells how near two values are."),
        field("at", &CompareSpec::at,
            "Bounds of the levels between equal and else, the nearest first: a similarity for jaro_winkler, jaro and "
            "tokens, a distance for the others.")
            .example("[0.92, 0.8]"),
        field("sounds", &CompareSpec::sounds,
            "One more level, before else: the two sound alike, by soundex, metaphone, double_metaphone, nysiis, "
            "match_rating or cologne."),
        field("m", &CompareSpec::m,
            "Fixed shares of the levels (equal, each of at, what sounds alike, else) among pairs that are the same thing; default: learnt."),
        field("u", &CompareSpec::u,
            "Fixed shares of the levels among pairs that are not; default: counted on a sample."),
        field("frequency", &CompareSpec::frequency,
            "Equal values weigh more where they are rare, less where they are frequent."));
}

struct SurviveSpec {
    Survival keep = Survival::most_complete;
    std::vector<config::Spanned<std::string>> columns;
    std::optional<config::Spanned<std::string>> by;
    std::vector<std::string> order;
};

constexpr auto describe(config::Of<SurviveSpec>) {
    using config::field;
    return config::record("dedupe.survive", "Which of a cluster's values survives.",
        field("keep", &SurviveSpec::keep, "The value to keep; one that is NULL never wins.")
            .required(),
        field("columns", &SurviveSpec::columns,
            "The columns that this is about; default: those that no other rule names."),
        field("by", &SurviveSpec::by,
            "most_recent, oldest: the column that says when; source: the one that says where from."),
        field("order", &SurviveSpec::order, "source: its values, the most trusted first.")
            .example("[crm, shop]"));
}

struct DedupeSpec {
    std::vector<config::Spanned<std::string>> records;
    std::vector<std::vector<config::Spanned<std::string>>> block;
    config::Named<config::Spanned<CompareSpec>> compare;
    std::optional<config::Spanned<std::string>> across;
    double threshold = 0.95;
    std::optional<double> threshold_weight;
    std::optional<double> review;
    std::optional<double> prior;
    std::vector<SurviveSpec> survive;
    std::optional<config::Spanned<std::string>> anchor;
    std::string cluster = "cluster_id";
    std::int64_t sample_pairs = 1'000'000;
    std::int64_t max_pairs = 200'000'000;
    std::int64_t seed = 1;
};

constexpr auto describe(config::Of<DedupeSpec>) {
    using config::field;
    return config::record("dedupe",
        "Makes one row of records that differ and yet mean the same thing.",
        field("records", &DedupeSpec::records, "Columns that tell the records apart.")
            .required()
            .example("[source, id]"),
        field("block", &DedupeSpec::block,
            "Only records that agree in all columns or expressions of one of these lists are compared.")
            .required()
            .example("[[postcode, surname], [email]]"),
        field("compare", &DedupeSpec::compare, "How they are compared, by column.").required(),
        field("across", &DedupeSpec::across,
            "Compares only records that differ in this column: the sources are clean, each for itself."),
        field("threshold", &DedupeSpec::threshold,
            "From this probability on two records are the same thing."),
        field("threshold_weight", &DedupeSpec::threshold_weight,
            "The same as a weight: the base-2 logarithm of the odds."),
        field("review", &DedupeSpec::review,
            "Pairs from this probability on are listed for somebody to look at; default: half the threshold."),
        field("prior", &DedupeSpec::prior,
            "The probability that two records taken at random are the same; default: learnt."),
        field("survive", &DedupeSpec::survive,
            "Which values a cluster's row shows; default: those of its most complete record."),
        field("anchor", &DedupeSpec::anchor,
            "The record with the least value of this column names its cluster; default: the least of records."),
        field("cluster", &DedupeSpec::cluster, "Name of the column that identifies a cluster."),
        field("sample_pairs", &DedupeSpec::sample_pairs,
            "How many random pairs to count coincidences on."),
        field("max_pairs", &DedupeSpec::max_pairs,
            "A list of block that would compare more pairs is refused."),
        field("seed", &DedupeSpec::seed, "Of the random sample."));
}

}  // namespace ingot
