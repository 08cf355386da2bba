// expect: diagnostic code is not in code_table
#include "base/code.h"

const ingot::Code code = "CFG999";
