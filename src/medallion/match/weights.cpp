#include "medallion/match/weights.h"

#include <algorithm>
#include <cmath>

namespace ingot::match {

namespace {

using Shares = std::vector<std::vector<double>>;  // by comparison and level

constexpr double least = 1e-6;
constexpr int most_rounds = 200;
constexpr double settled = 1e-6;

// What is believed before a pair was seen: as much as one pair says.
std::vector<double> usual(int levels, double equal, double otherwise) {
    std::vector<double> out(static_cast<std::size_t>(levels), 0.0);
    out.front() = equal;
    out.back() += otherwise;
    const auto between = static_cast<double>(levels - 2);
    for (int i = 1; i + 1 < levels; ++i)
        out[static_cast<std::size_t>(i)] = (1 - equal - otherwise) / between;
    if (levels == 2) out.back() = 1 - equal;
    return out;
}

Shares usual_of(const Observed& observed, double equal, double otherwise) {
    Shares out;
    for (const auto& respect : observed.respects)
        out.push_back(usual(respect.levels, equal, otherwise));
    return out;
}

Shares usual_m(const Observed& observed) { return usual_of(observed, 0.85, 0.05); }
Shares usual_u(const Observed& observed) { return usual_of(observed, 0.02, 0.93); }

// Shares from counts, with what is usual as one more pair.
Shares shares(const Shares& counts, const Shares& usual) {
    auto out = counts;
    for (std::size_t c = 0; c < counts.size(); ++c) {
        double all = 1;
        for (const auto count : counts[c]) all += count;
        for (std::size_t l = 0; l < counts[c].size(); ++l)
            out[c][l] = std::max(least, (counts[c][l] + usual[c][l]) / all);
    }
    return out;
}

void count(const Pattern& pattern, double pairs, Shares& counts) {
    for (std::size_t c = 0; c < counts.size(); ++c)
        if (pattern.levels[c] > 0)
            counts[c][static_cast<std::size_t>(pattern.levels[c] - 1)] += pairs;
}

Shares zeros(const Observed& observed) {
    Shares out;
    for (const auto& respect : observed.respects)
        out.emplace_back(static_cast<std::size_t>(respect.levels), 0.0);
    return out;
}

double likelihood_ratio(
    const Pattern& pattern, const Weights& weights, const std::vector<bool>& counts) {
    double ratio = 1;
    for (std::size_t c = 0; c < weights.m.size(); ++c)
        if (counts[c] && pattern.levels[c] > 0) {
            const auto l = static_cast<std::size_t>(pattern.levels[c] - 1);
            ratio *= weights.m[c][l] / weights.u[c][l];
        }
    return ratio;
}

double probability(double prior, double ratio) {
    return prior * ratio / (prior * ratio + (1 - prior));
}

double farthest(const Shares& a, const Shares& b) {
    double most = 0;
    for (std::size_t c = 0; c < a.size(); ++c)
        for (std::size_t l = 0; l < a[c].size(); ++l)
            most = std::max(most, std::abs(a[c][l] - b[c][l]));
    return most;
}

struct Session {
    Shares counts;       // of pairs that are the same, by what the session could learn
    double matches = 0;  // how many they are
};

class Learning {
public:
    explicit Learning(const Observed& observed) : observed_(observed) {
        weights_.m = usual_m(observed);
        weights_.u = usual_u(observed);
        fix();
    }

    Weights learn() {
        count_coincidences(false);
        // Who knows m can leave the few true pairs out of the random sample; so it is done a second time.
        for (int round = 0; round < 2; ++round) {
            learn_from_blocks();
            find_prior();
            if (round == 0) count_coincidences(true);
        }
        return weights_;
    }

private:
    void fix() {
        for (std::size_t c = 0; c < observed_.respects.size(); ++c) {
            const auto& respect = observed_.respects[c];
            if (!respect.fixed_m.empty()) weights_.m[c] = respect.fixed_m;
            if (!respect.fixed_u.empty()) weights_.u[c] = respect.fixed_u;
        }
        if (observed_.fixed_prior) weights_.prior = *observed_.fixed_prior;
    }

    void count_coincidences(bool leaves_out_matches) {
        const std::vector<bool> all(weights_.m.size(), true);
        auto counts = zeros(observed_);
        for (const auto& pattern : observed_.random) {
            const auto same = leaves_out_matches ? probability(weights_.prior,
                                                       likelihood_ratio(pattern, weights_, all))
                                                 : 0.0;
            count(pattern, pattern.pairs * (1 - same), counts);
        }
        weights_.u = shares(counts, usual_u(observed_));
        fix();
    }

    // Within one block, by what the block itself does not look at.
    Session learn_within(int block, const std::vector<bool>& counts) const {
        const auto bit = std::uint64_t{1} << block;
        auto weights = weights_;
        double prior = 0.3;
        Session session;
        for (int round = 0; round < most_rounds; ++round) {
            session = {zeros(observed_), 0};
            double pairs = 0;
            for (const auto& pattern : observed_.candidates) {
                if (!(pattern.blocks & bit)) continue;
                const auto same = probability(prior, likelihood_ratio(pattern, weights, counts));
                count(pattern, pattern.pairs * same, session.counts);
                session.matches += pattern.pairs * same;
                pairs += pattern.pairs;
            }
            if (pairs == 0) return session;
            const auto before = weights.m;
            auto next = shares(session.counts, usual_m(observed_));
            for (std::size_t c = 0; c < next.size(); ++c)
                if (counts[c] && observed_.respects[c].fixed_m.empty()) weights.m[c] = next[c];
            prior = std::clamp(session.matches / pairs, least, 1 - least);
            if (farthest(before, weights.m) < settled) break;
        }
        return session;
    }

    void learn_from_blocks() {
        auto counts = zeros(observed_);
        std::vector<bool> learnt(observed_.respects.size(), false);
        expected_ = 0;
        for (int block = 0; block < observed_.blocks; ++block) {
            std::vector<bool> tells;
            for (const auto& respect : observed_.respects)
                tells.push_back(!(respect.blocks >> block & 1));
            if (std::ranges::none_of(tells, [](bool tell) { return tell; })) continue;
            const auto session = learn_within(block, tells);
            expected_ = std::max(expected_, session.matches);
            for (std::size_t c = 0; c < counts.size(); ++c) {
                if (!tells[c]) continue;
                learnt[c] = true;
                for (std::size_t l = 0; l < counts[c].size(); ++l)
                    counts[c][l] += session.counts[c][l];
            }
        }
        auto next = shares(counts, usual_m(observed_));
        for (std::size_t c = 0; c < next.size(); ++c)
            if (learnt[c]) weights_.m[c] = next[c];
        fix();
    }

    // Pairs that no block brought are taken not to be the same.
    void find_prior() {
        if (observed_.fixed_prior || observed_.all_pairs <= 0) return fix();
        const std::vector<bool> all(weights_.m.size(), true);
        double prior = std::clamp(expected_ / observed_.all_pairs, 1e-12, 0.5);
        for (int round = 0; round < most_rounds; ++round) {
            double matches = 0;
            for (const auto& pattern : observed_.candidates)
                matches +=
                    pattern.pairs * probability(prior, likelihood_ratio(pattern, weights_, all));
            const auto next = std::clamp(matches / observed_.all_pairs, 1e-12, 0.5);
            const bool is_settled = std::abs(next - prior) < settled * prior;
            prior = next;
            if (is_settled) break;
        }
        weights_.prior = prior;
    }

    const Observed& observed_;
    Weights weights_;
    double expected_ = 0;
};

}  // namespace

double Weights::start() const { return std::log2(prior / (1 - prior)); }

double Weights::of(std::size_t respect, int level) const {
    if (level == 0) return 0;
    const auto l = static_cast<std::size_t>(level - 1);
    return std::log2(m[respect][l] / u[respect][l]);
}

double Weights::of(const Pattern& pattern) const {
    double weight = start();
    for (std::size_t c = 0; c < m.size(); ++c) weight += of(c, pattern.levels[c]);
    return weight;
}

Weights learn(const Observed& observed) { return Learning(observed).learn(); }

}  // namespace ingot::match
