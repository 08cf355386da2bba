#include "data/type_family.h"

namespace ingot {

bool is_number_type(std::string_view type) {
    for (const std::string_view number : {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
             "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE"})
        if (type == number) return true;
    return type.starts_with("DECIMAL");
}

bool is_moment_type(std::string_view type) {
    return type == "DATE" || type.starts_with("TIMESTAMP");
}

}  // namespace ingot
