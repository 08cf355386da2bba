#pragma once
// The statements that land files: how the engine reads them, which types their text gets, and what is written.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/columns.h"
#include "platform/connector/file.h"
#include "sql/dialect.h"

namespace ingot::bronze {

// What the reader does with lines that it cannot take.
enum class BadLines { store, ignore, refuse };

struct CsvReading {
    std::vector<std::string> paths;
    file::CsvShape shape;
    Columns columns;  // every column of the files, with the type that the reader gives it
    BadLines bad_lines = BadLines::store;
    bool null_padding = false;
    bool keeps_empty_text = false;    // "" is text and only an unquoted empty field is NULL
    bool keeps_empty_fields = false;  // unquoted ones too: only a field that is not there is NULL
    bool only_looks = false;          // for a few rows: small buffers
    bool in_order = false;  // one thread: where a LIMIT must see the same bad lines each time
    std::int64_t longest_line = 0;  // 0: the engine's own limit
    std::string date_format{};
    std::string timestamp_format{};
};

// read_csv(…) with nothing left to sniff.
sql::Fragment read_csv(const CsvReading& reading);

// Where the reader puts what it rejects; temporary tables of the session.
inline constexpr std::string_view rejects_table = "ingot_rejects";
inline constexpr std::string_view scans_table = "ingot_scans";
sql::Fragment forget_rejects();
// A row where any line was rejected.
sql::Fragment any_reject();
// One row: lines lacking fields; lines only our own splitter can settle; lines rejected for anything.
sql::Fragment count_rejects();
// The columns whose values did not fit.
sql::Fragment misfit_columns();
// input VARCHAR (path), line, text, reason: one row a line.
sql::Fragment select_rejects();

// What the engine's sniffing says of these files: Columns, DateFormat, TimestampFormat.
sql::Fragment sniff_types(const CsvReading& reading);

}  // namespace ingot::bronze
