#include "platform/engine/duckdb/parse.h"
namespace ingot::engine { Result<ParsedSelect> parse_select(const std::string&){ return fail("BUG001", "reading SQL is not written yet"); } }
