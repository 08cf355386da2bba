#pragma once
// What of the text that was read is written, column by column, and the COPY that writes it.
#include <optional>
#include <string>
#include <vector>

#include "data/columns.h"
#include "medallion/bronze/spec.h"
#include "sql/dialect.h"

namespace ingot::bronze {

enum class Passage {
    as_read,    // the reader has given it its type, or it is text
    cast,       // text that is known to fit
    canonical,  // text; stops the statement where printing the value does not give back the text
    whole,      // text; stops where the cast would silently cut off a fraction or a time of day
    attempt,    // text that may not fit: NULL then; `misfits` finds the row
    absent,     // not in the files
};

struct ColumnPassage {
    std::string name;
    std::string type;
    Passage passage = Passage::as_read;
    bool operator==(const ColumnPassage&) const = default;
};

// "a", CAST("b" AS BIGINT) AS "b", …
Result<sql::Fragment> projection(const std::vector<ColumnPassage>& columns);
// True for rows in which a value of an `attempt` does not fit its type; empty when there are none.
Result<sql::Fragment> misfits(const std::vector<ColumnPassage>& columns);
// The column and its text, for the row's reason.
Result<sql::Fragment> misfit_reason(const std::vector<ColumnPassage>& columns);

// Declared types whose cast would cut off what does not fit, so that the reader cannot be left alone with them.
bool cuts_silently(const std::string& type);
// Types that the CSV reader itself turns text into.
bool is_readers_type(const std::string& type);

// How a message of a stopped statement names the column it stopped at; nothing when it is about something else.
std::optional<std::string> stopped_at(const std::string& message);

inline constexpr std::int64_t usual_rows_of_group = 122'880;

struct CopyOrder {
    sql::Fragment select;
    std::string path;
    Compression compression = Compression::snappy;
    std::int64_t rows_of_group = usual_rows_of_group;
};
sql::Fragment copy_to_parquet(const CopyOrder& order);
// RFC 4180: a header, commas, records that end with CR and LF; NULL is an empty field, empty text is "".
sql::Fragment copy_to_csv(const sql::Fragment& select, const std::string& path);

}  // namespace ingot::bronze
