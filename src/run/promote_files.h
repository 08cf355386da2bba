#pragma once
// The files of a promotion: relations over those that stand, and the ones that its commit adds and removes.
#include "medallion/silver/promote.h"
#include "run/incoming.h"
#include "run/publish.h"

namespace ingot::run {

// Rows of a promotion's table are kept apart: those that the next slice is likely to change, and those that seldom change.
enum class Part { any, open, closed };

// The standing table's files that may hold rows of this part.
std::vector<table::DataFile> files_of(const Before& before, Part part);

// The file holds rows of this part alone, as whoever wrote it says.
bool is_all(const table::DataFile& file, Part part);

// Their rows, with the file of each in _ingot_published_file and where rows are marked its place there in _ingot_published_row (else NULL).
Result<sql::Fragment> published_rows(const RunContext& context, const Node& node,
    const std::vector<table::DataFile>& files, const Columns& columns);

struct PromotionFiles {
    std::vector<table::DataFile> add;
    std::vector<table::DataFile> remove;
    std::vector<std::string> partition_by;
    state::Standing standing;  // observations, quarantine, loads and rows
};

struct PromotionWrite {
    const silver::PromoteQueries& queries;
    const silver::PromotePlan& plan;
    const Before& before;
    const PendingWork& work;
    const Incoming& incoming;
    sql::Fragment matches{};  // pairs of records that look alike
    std::int64_t rows_in = 0;
    std::int64_t quarantined = 0;
};

Result<PromotionFiles> write_promotion(const RunContext& context, const Node& node,
    engine::Session& session, const PromotionWrite& what);

}  // namespace ingot::run
