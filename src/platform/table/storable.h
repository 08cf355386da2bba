#pragma once
// Which of the engine's types a standing table can hold, and what the others are cast to before writing.
#include <string>
#include <string_view>

#include "data/columns.h"

namespace ingot::table {

// The type to CAST to before writing; the same type when a table can hold it. Nested types are mapped inside.
//   BOOLEAN TINYINT SMALLINT INTEGER BIGINT FLOAT DOUBLE DECIMAL(p,s) VARCHAR BLOB DATE TIMESTAMP
//   TIMESTAMP WITH TIME ZONE                    themselves
//   UTINYINT -> SMALLINT, USMALLINT -> INTEGER, UINTEGER -> BIGINT, UBIGINT -> DECIMAL(20,0)
//   HUGEINT, UHUGEINT -> DECIMAL(38,0)          (values beyond 38 digits fail the cast)
//   TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS -> TIMESTAMP
//   T[], T[n] -> T[]; STRUCT and MAP stay
//   UUID, ENUM, JSON, TIME, TIME WITH TIME ZONE, INTERVAL, BIT, UNION and any other -> VARCHAR
// One spelling for one type (field names of a STRUCT always quoted), so that comparing texts compares types.
std::string storable_type(std::string_view engine_type);

// The type to CAST to so that a Parquet file holds every value exactly: most are the same. The engine would write HUGEINT as
// DOUBLE, INTERVAL in milliseconds, TIME WITH TIME ZONE without its zone, and UNION as a STRUCT. HUGEINT and UHUGEINT become
// DECIMAL(38,0) (values beyond 38 digits fail the cast), the others VARCHAR; so they do within nested types.
std::string exact_file_type(std::string_view engine_type);

// The same columns with storable types.
Columns storable(const Columns& columns);

}  // namespace ingot::table
