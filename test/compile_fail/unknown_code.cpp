// expect: a diagnostic code is a family in capitals and three digits
#include "base/code.h"

const ingot::Code code = "CFG99";
