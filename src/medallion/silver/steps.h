#pragma once
// The groups of statements that promote.cpp puts in order; each file fills the templates that stand beside it.
#include "medallion/silver/terms.h"

namespace ingot::silver {

using Statements = std::vector<Statement>;

// observe.cpp: what each new row says, and why it may not count.
Status observe(const Terms& terms, Statements& to);
Result<Fragment> quarantined(const Terms& terms);
Result<Fragment> counts(const Terms& terms, const Fragment& taken);

// intake.cpp: of which keys there is something new (_ingot_touched), which rows say it (_ingot_kept).
Status find_touched(const Terms& terms, Statements& to);
Result<Fragment> reaching_back(const Terms& terms);
// Of a touched key `t`: its open row stands for all its past; more of its past is needed.
Result<Fragment> is_seed(const Terms& terms);
Result<Fragment> reaches_back(const Terms& terms);
Status take_in(const Terms& terms, Statements& to);
// A row where some keys have to be folded.
Fragment if_many();
// A row where several rows share a moment, or a key of a load; and, in a merge, where they might.
Fragment if_crowded();
Fragment if_rows_compete(const Shape& shape);
Result<Fragment> guard(const Terms& terms);
// Of the `crowded` moments, those for which several of the `observations` differ.
Result<Fragment> ties(const Terms& terms, const Fragment& observations, const Fragment& crowded);
// Moments that several of the rows have.
Fragment crowded_moments(const Terms& terms, const Fragment& rows);
// A row says that its key is in the load, even when a rule refuses it; a row that says deleted does not.
Fragment is_present(const Terms& terms);
Fragment max_delete_fraction(const Terms& terms);

// intake_of_all.cpp: the same of all slices, from nothing.
Status take_in_all(const Terms& terms, Statements& to);
// Rows that count with where they came from as one number, _ingot_arrival: _ingot_arrived.
Status number_arrivals(Statements& to);
// What makes an observation, its arrival apart; and the columns of the store, of rows `o` of these and an arrival that
// are joined with what the number stands for.
Names value_names(const Terms& terms);
Fragment stored_of_arrival(const Terms& terms);
Fragment join_arrivals();
Result<Fragment> guard_all(const Terms& terms);

// fold.cpp: what the observations of a key make of it (_ingot_versions), of all or of those that a merge takes in, or
// (_ingot_folded) of the keys in _ingot_many alone.
Status fold_all(const Terms& terms, Statements& to);
Status fold_taken_in(const Terms& terms, Statements& to);
Status fold_many(const Terms& terms, Statements& to);
// What the table shows of a version of which _ingot_from and _ingot_to are known.
Result<Fragment> published_of_fold(const Terms& terms);
// fold_in_order.cpp: for some shapes, take_in_all and fold_all in one: rows are sorted once.
bool folds_in_order(const Terms& terms);
Status fold_all_in_order(const Terms& terms, Statements& to);
Result<Fragment> invariants_in_order(const Terms& terms);
// A row where no moment has several rows.
Fragment none_crowded();
// follow.cpp: where open rows take one observation, what it makes of them; the other keys are in _ingot_many.
Status follow_open(const Terms& terms, Statements& to);
Status join_folded(const Terms& terms, Statements& to);
// When an open row ends: never.
Result<Fragment> endless(const Terms& terms);

// merge.cpp: since when keys may have changed (_ingot_since, _ingot_alone); which published rows go and which come
// (_ingot_removed, _ingot_added).
Status find_since(const Terms& terms, Statements& to);
Status find_since_of_many(const Terms& terms, Statements& to);
// Of the versions in a table (_ingot_difference).
Status compare_with_published(const Terms& terms, const Fragment& versions, Statements& to);
Status tell_changed(const Terms& terms, Statements& to);
// What tells published rows apart.
Names identity(const Shape& shape);
Result<Fragment> remaining(const Terms& terms, const Fragment& belongs);
Fragment rewritten_files();

// truncate.cpp: change rows that say that all keys are gone; nothing where there can be none.
Status find_truncates(const Terms& terms, Statements& to);
// To add to rows that compete for a moment (_ingot_crowded): what truncated all keys at that moment came between them.
Fragment and_truncates_of_crowded(const Terms& terms);
Status apply_truncates(const Terms& terms, const Fragment& is_seed, Statements& to);
Status apply_all_truncates(const Terms& terms, Statements& to);

// collect.cpp: append, snapshot and replace.
Status collect(const Terms& terms, Statements& to);
Status collect_all(const Terms& terms, Statements& to);
Status collect_newest(const Terms& terms, Statements& to);
Status replace_slices(const Terms& terms, Statements& to);

// invariants.cpp: keys of which two versions may be at odds, cheaply told; and those of which some are.
Result<Fragment> suspects(const Terms& terms, const Fragment& rows);
Result<Fragment> invariants(const Terms& terms, const Fragment& rows);

}  // namespace ingot::silver
