#pragma once
// Records that mean the same thing, made one row: as SQL for one session, a pure function of the spec and the columns.
//
// Input: the temp table `checked` (see run/rows_check.h), of which rows with _ingot_verdict 0 are the records.
// Order: `records`; `repeated` (rows: DATA of QUAL106); `widest` (a row a block: pairs); `pairs`; `random` and `patterns` are
// read, `learn()` makes weights of them; `links`; `clusters` until `clusters_moved` says 0; `survivors`. Then `checked` holds a row a
// cluster with `columns` in front of what else it had, and the rejected rows as they were; `listed` is the table of pairs.
#include "data/columns.h"
#include "medallion/match/comparison.h"
#include "medallion/match/weights.h"

namespace ingot::match {

// What a row a cluster shows: the cluster's name, the model's columns, how many records it has and which.
Columns clustered(const DedupeSpec& spec, const Columns& model);

class Statements {
public:
    // PRJ106 for a column that the model lacks, CFG108 for one that dedupe adds and that is there already.
    static Result<Statements> make(const DedupeSpec& spec, const Columns& model);

    Result<Fragment> records() const;
    Fragment repeated() const;
    Fragment widest() const;
    // One row: how many records there are, and of how many each comparison has a value.
    Fragment values() const;
    std::vector<std::string> names() const;  // of the comparisons
    Result<Fragment> pairs() const;
    Fragment all_pairs() const;
    Result<Fragment> random() const;
    Fragment patterns() const;

    // Rows of `random` and `patterns` are: blocks, pattern, pairs.
    Pattern pattern(std::uint64_t blocks, std::int64_t code, double pairs) const;
    Observed observed() const;

    Result<Fragment> links(const Weights& weights) const;
    Fragment first_clusters() const;
    Fragment next_clusters() const;
    Fragment moved() const;
    Result<Fragment> survivors() const;
    Fragment listed(const Weights& weights) const;

    double threshold_weight() const;
    double review_weight() const;

private:
    Statements(const DedupeSpec& spec, Columns model) : spec_(&spec), model_(std::move(model)) {}

    Fragment record() const;
    std::vector<Fragment> block_sides() const;
    Fragment levels_of_sides(const Fragment& sides) const;
    Fragment level_at(std::size_t comparison) const;
    bool has_frequency() const;

    const DedupeSpec* spec_;
    Columns model_;
    std::vector<Comparison> comparisons_;
};

}  // namespace ingot::match
