#pragma once
// What earlier runs left of one table: the JSON that a commit carries beside its data (commitInfo.ingot).
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/columns.h"

namespace ingot::state {

// A Parquet file beside the table that a version refers to: an observation segment or quarantined rows.
struct SideFile {
    std::string path;  // relative to the table's folder
    std::int64_t rows = 0;
    std::string slice;  // the slice its rows came from, "" for several
};

// What a dataset read: for bronze, each slice with the fingerprint of its content; for others, the content id.
struct InputState {
    std::map<std::string, std::string> slices;
    std::string content;
    bool operator==(const InputState&) const = default;
};

struct Standing {
    std::string dataset;
    std::string fingerprint{};  // of the definition that made it
    std::string
        content{};  // changes whenever the table's rows change: the run that changed them last
    std::string run_id{};
    std::map<std::string, InputState> inputs{};
    Columns model_columns{};  // what the model yielded
    std::vector<SideFile> observations{};
    std::vector<SideFile> quarantine{};
    // Pairs of records that look alike, where dedupe compared them.
    std::vector<SideFile> matches{};
    // Rows that stay in spite of a rule: who said so, when and why.
    std::vector<SideFile> released{};
    bool judge_again = false;  // rows were released since the table was computed
    std::int64_t purged = 0;   // quarantined rows of which nothing is kept any more
    std::string latest{};      // the moment of the latest observation, "" where that is not known
    std::vector<std::string> loads{};  // dates of the full loads whose presence counts
    std::int64_t rows = 0;             // of the table
    std::map<std::string, std::int64_t> counts{};
};

std::string to_json(const Standing& standing);
// STG103 when the text is not what to_json writes.
Result<Standing> parse_standing(std::string_view json);

}  // namespace ingot::state
