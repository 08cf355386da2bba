#pragma once
// How rows become a silver table, as SQL for one session: a pure function of the spec and the model's columns.
//
// What the runner provides, in the session's TEMP schema, before the first statement (SET TimeZone = 'UTC' first):
//   _ingot_new_rows   what the model yields for the slices that are taken in: the model's columns and, for each row,
//                     _ingot_slice DATE, _ingot_file VARCHAR, _ingot_row BIGINT (where it came from; none NULL),
//                     _ingot_delete BOOLEAN (delete_when, computed inside the model's SELECT so that it sees columns
//                     that are not selected; NULL is false) and _ingot_reject VARCHAR (the rule that quarantines the
//                     row, else NULL). With cdc instead of _ingot_delete _ingot_change VARCHAR: upsert, delete, truncate,
//                     ignore, or '? ' and why nobody knows. It is read two or three times: a TEMP TABLE, or a view over Parquet.
//   _ingot_new_loads  _ingot_slice DATE, _ingot_is_guarded BOOLEAN: every slice that is taken in, also one without rows;
//                     guarded: not accepted before, so that max_delete_fraction applies.
// and for a merge also
//   _ingot_published  where observations are not kept: PromotePlan::published and _ingot_published_file VARCHAR, or an
//                     empty table. For append the column _ingot_published_file may be missing.
//                     Where they are kept also _ingot_published_row BIGINT, which the statements carry into _ingot_removed.
//   _ingot_published_open  where they are: the same of at least all open rows; with `looks_up_keys` at least those of the
//                     keys in _ingot_new_rows, unless one of these is a truncate.
//                     Open rows stand for the past of their keys, so they must show what was observed: what hides
//                     values from readers (masks) belongs in the model or in a view, not between observing and publishing.
// and, when `find` has run, if observations are kept
//   _ingot_store      PromotePlan::observed: read_parquet(all segments), or an empty table.
//   _ingot_published_closed  as _ingot_published, of at least all rows that are not open.
//                     Where `reaches_back` finds no row both may be empty. Of the closed rows those of the keys in
//                     _ingot_touched are enough, unless a new row is a truncate.
//   _ingot_rewritten  PromotePlan::published: the rows of the files that `rewrite` names, read after `rewrite` ran; an
//                     empty table when it named none (then `open_rows` and `closed_rows` are the new rows alone).
//   _ingot_placed     _ingot_added, or those of them that are to stand in the same files.
//
// Which list to run: `merge` takes in slices that were never taken in before. If `merges_in_order` it takes exactly one
// slice, later than all slices taken in before (those are the set L to keep in the commit, also slices without rows).
// Everything else (a slice that changed or went away, another definition, --full-refresh, an earlier slice where
// merges_in_order) is `rebuild`, with all bronze slices in _ingot_new_rows and _ingot_new_loads. For snapshot `merge`
// also replaces slices.
//
// SET VARIABLE ingot_latest, before a merge's `find`, is what `latest` said of the last commit: no observation is of a later
// moment. NULL before a rebuild and if it is not known (latest_of_store tells).
//
// Order: find; statements; guard (rows: QUAL102, publish nothing); ties, counts; invariants (rows: QUAL103, publish nothing);
// COPY (segment), (quarantined); rewrite; CREATE VIEW _ingot_rewritten; COPY (open_rows), (closed_rows), each into files
// of its own; commit: add the new files, remove the rewritten ones. Where a query is empty text there is nothing to do.
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/columns.h"
#include "medallion/silver/spec.h"
#include "sql/dialect.h"

namespace ingot::silver {

// What the model reads.
struct ModelOutput {
    const Columns& columns;   // without _ingot_ columns, unless the author named one
    bool full_loads = false;  // every slice is the whole of its source
};

struct Statement {
    std::string_view name;    // the file it comes from, for events and `ingot compile`
    sql::Fragment sql;        // one or more statements
    sql::Fragment only_if{};  // a query: where it finds no row the statement may be left out
    bool keeps =
        false;  // nothing changes the tables that it makes: Session::execute_keeping will do
};

// Queries over what the statements left behind; empty where there is nothing to ask.
struct PromoteQueries {
    sql::Fragment guard{};        // _ingot_slice, present, absent: loads that lack too many keys
    sql::Fragment ties_if{};      // where it finds no row there are no ties
    sql::Fragment ties{};         // one row: moments that arrival alone decided
    sql::Fragment counts{};       // one row: rows_in, kept, duplicate, quarantined, dropped
    sql::Fragment suspects{};     // where it finds no row, invariants would find none
    sql::Fragment invariants{};   // keys, wrong: versions that contradict each other
    sql::Fragment latest{};       // one row: the latest moment of all observations, as VARCHAR
    sql::Fragment segment{};      // rows to append to the observation store
    sql::Fragment quarantined{};  // the new rows that are no observations, and _ingot_reason
    sql::Fragment
        comes_by_key{};       // a row where segment, open_rows and closed_rows are sorted by key
    sql::Fragment rewrite{};  // _ingot_published_file, rows: files of which rows go
    sql::Fragment
        open_rows{};  // rows of PromotePlan::published that the next batch is likely to change
    sql::Fragment closed_rows{};  // rows that seldom change
};

struct PromoteSteps {
    std::vector<Statement> find;   // which keys have something new to say
    sql::Fragment reaches_back{};  // a row where more of their past is needed than open rows show
    std::vector<Statement> statements;
    PromoteQueries queries;
};

struct PromotePlan {
    Columns published;            // of the table
    Columns keys;                 // of them those that identify one thing
    Columns observed;             // of the observation store
    sql::Fragment open_values{};  // as REPLACE takes them: what some columns hold in each open row
    bool keeps_observations = false;
    bool merges_in_order = false;
    bool looks_up_keys = false;  // a merge concerns no other keys than those of the new rows
    bool merge_reads_rows_once = false;  // whole; some columns of them twice
    bool rebuild_reads_rows_once = false;
    PromoteSteps merge;
    PromoteSteps rebuild;
    sql::Fragment latest_of_store;  // the latest moment of what _ingot_store holds
};

// PRJ106 for a column that the model lacks, CFG108 for options that cannot hold together.
Result<PromotePlan> compile(
    const SilverSpec& spec, const ModelOutput& model, const sql::Dialect& dialect);

// As PromoteQueries::invariants, over all `rows` of a table that stands; empty where keys bound nothing (append, snapshot).
Result<sql::Fragment> standing_invariants(
    const SilverSpec& spec, const sql::Fragment& rows, const sql::Dialect& dialect);

}  // namespace ingot::silver
