// expect: could not convert
#include <string>

#include "sql/fragment.h"

const auto filled = ingot::sql::fill("SELECT $x", {{"x", std::string("1; DROP TABLE t")}});
