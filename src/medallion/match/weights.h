#pragma once
// The model of Fellegi and Sunter: how much each level of each comparison says for or against two records being the same.
// Numbers in, numbers out; equal input gives equal output to the last bit.
#include <cstdint>
#include <optional>
#include <vector>

namespace ingot::match {

// Pairs that look alike in every comparison.
struct Pattern {
    std::vector<int> levels;   // by comparison; 0: a value is missing
    std::uint64_t blocks = 0;  // which blocks brought them, a bit each
    double pairs = 0;
};

struct Respect {
    int levels = 0;
    std::uint64_t blocks =
        0;  // those that look at the same columns, so that they say nothing about it
    std::vector<double> fixed_m{}, fixed_u{};
};

struct Observed {
    std::vector<Respect> respects;
    int blocks = 0;
    std::vector<Pattern> random;      // of a sample of all pairs
    std::vector<Pattern> candidates;  // of all pairs that a block brought
    double all_pairs = 0;
    std::optional<double> fixed_prior{};
};

struct Weights {
    double prior = 1e-4;  // that two random records are the same; this where no two are there
    std::vector<std::vector<double>> m, u;  // by comparison and level (from 0: equal)
    double start() const;                   // the weight of a pair of which nothing is known
    double of(std::size_t respect, int level) const;  // log2(m / u); level from 1, 0 gives 0
    double of(const Pattern& pattern) const;
};

// u by counting the sample, m by expectation maximisation within each block, the prior over all candidates.
Weights learn(const Observed& observed);

}  // namespace ingot::match
