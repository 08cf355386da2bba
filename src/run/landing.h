#pragma once
// How the rows of files become one Parquet file in the staging folder. Each kind of file has its way there.
#include <functional>
#include <string>
#include <vector>

#include "data/columns.h"
#include "medallion/bronze/spec.h"
#include "medallion/bronze/write.h"
#include "platform/connector/connector.h"
#include "platform/connector/file.h"
#include "platform/connector/growing.h"
#include "platform/engine/session.h"

namespace ingot::run {

struct LandingOrder {
    const FileOptions& options;
    engine::Session& session;
    std::string dataset;              // for messages
    std::vector<file::Found> inputs;  // sorted, at least one
    std::string scratch;              // a folder of this step's own, absolute
    Columns declared{};               // options.types in the engine's spelling
    std::int64_t rows_of_group = bronze::usual_rows_of_group;  // of the Parquet file
    // Where it is told of columns that the author named and the inputs lack, which land empty.
    std::vector<std::string>* absent = nullptr;
};

struct LandedFile {
    std::string path;             // scratch/rows.parquet
    std::string quarantine_path;  // scratch/quarantine.parquet; empty when no row went there
    std::int64_t rows = 0;
    std::int64_t padded = 0;
    std::int64_t quarantined = 0;
    std::int64_t dropped = 0;
    std::vector<std::int64_t> rows_by_input;  // as LandingOrder::inputs
    std::vector<std::string> warnings;
};

file::Told told_of(const FileOptions& options);
// An error that says nothing about the data (interrupted, out of memory, disk): no other way of reading will help.
bool is_final(const Error& error);
Result<Columns> declared_columns(engine::Session& session, const FileOptions& options);
// Types that a source vouches for count where the author declared none.
void add_vouched(Columns& declared, const Columns& types);

Result<LandedFile> land_csv(const LandingOrder& order);
Result<LandedFile> land_json(const LandingOrder& order);
Result<LandedFile> land_parquet(const LandingOrder& order);
// By the kind of the first input, which has to be that of all.
Result<LandedFile> land_files(const LandingOrder& order);
// What the engine reads by itself; LandingOrder::inputs names it, without a path.
Result<LandedFile> land_relation(const LandingOrder& order, const connector::Relation& relation);
Result<LandedFile> land_avro(const LandingOrder& order);
Result<LandedFile> land_xlsx(const LandingOrder& order);
Result<LandedFile> land_xml(const LandingOrder& order);
Result<LandedFile> land_fixed(const LandingOrder& order);

// How rows of JSON are written, as far as it depends on them. Equal where the same rows give the same file.
struct WrittenAs {
    Columns read;  // what comes of the rows
    std::vector<bronze::ColumnPassage> columns;
    std::vector<bool> are_text{};  // by column: quotes are taken off
    bool operator==(const WrittenAs& other) const;
};
// Rows that were written while they came, where land_tidied() writes them.
struct EarlyRows {
    std::int64_t rows = 0;
    WrittenAs as;
};
// Fails when later rows are of another kind than those known so far, and when they come slowly.
Result<EarlyRows> land_early(const LandingOrder& order, file::GrowingJson& growing);

// From the tidy CSV on; what every reader of text falls back to. `early` is taken where it is what would be written now.
Result<LandedFile> land_tidied(
    const LandingOrder& order, const file::Tidied& tidied, const EarlyRows* early = nullptr);
// The same; no rows at all are no mistake.
Result<LandedFile> land_records(
    const LandingOrder& order, const file::Tidied& tidied, const EarlyRows* early = nullptr);

// The columns to write, in order: `columns:` picks among what is there; declared ones that are not there come last, empty.
struct ChosenColumn {
    std::string name;
    std::string declared{};  // type; empty: inferred
    bool is_there = true;
};
std::vector<ChosenColumn> choose_columns(
    const LandingOrder& order, const std::vector<std::string>& there);

// The types that lose nothing, for text columns of a relation: from a sample, or from every row.
enum class Depth { sample, all };
struct LosslessOrder {
    sql::Fragment relation;
    sql::Fragment sample{};  // the same, cheaper to take a few rows from
    std::vector<std::string> names;
    Depth depth = Depth::sample;
};
Result<std::vector<std::string>> lossless_types(
    engine::Session& session, const LosslessOrder& order);

// The statement's LIMIT, if the author asked for one.
sql::Fragment limited(sql::Fragment select, const FileOptions& options);

}  // namespace ingot::run
