#pragma once
// Records that mean the same thing become one row, between the check of rows and history.
#include "medallion/match/spec.h"
#include "platform/engine/session.h"
#include "project/manifest.h"
#include "run/incoming.h"

namespace ingot::run {

struct Matched {
    std::int64_t merged = 0;  // records that another one stands for
    sql::Fragment listed{};   // the table of pairs; empty where there is no dedupe
    std::vector<std::string> warnings{};
};

// The columns that history sees of these rows. PRJ106 and CFG108 where the model does not fit what dedupe says.
Result<Columns> columns_of_history(const Node& node, const Incoming& incoming);

// The rules that set aside a record without a name, one for each column of records. No row can be released from them.
std::vector<std::string> rules_of_records(const Node& node);

// `checked` now holds a row a cluster. QUAL106 where `records` does not tell records apart, QUAL107 where a block is too
// wide; does nothing without dedupe.
Result<Matched> match_rows(engine::Session& session, const Node& node, const Columns& model);

}  // namespace ingot::run
