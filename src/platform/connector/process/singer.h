#pragma once
// Messages of the Singer protocol, one JSON object a line.
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/columns.h"

namespace ingot::process {

// Views of the line; what a message does not have is empty.
struct SingerMessage {
    std::string type;
    std::string stream;
    std::string_view record;
    std::string_view schema;
    std::string value;
};

// Nothing when the line is no message, or one without what its type needs.
std::optional<SingerMessage> parse_message(std::string_view line);
bool is_singer_message(std::string_view line);

// The columns of a SCHEMA with types that lose nothing; numbers that are not whole are left to their values.
Columns types_of_schema(std::string_view schema);

// A catalog of --discover in which this stream is selected and every other is not, in both of the spellings that taps
// know. EXT132 when it is no catalog, EXT103 when it has no such stream.
Result<std::string> catalog_with(std::string_view catalog, const std::string& stream);

}  // namespace ingot::process
