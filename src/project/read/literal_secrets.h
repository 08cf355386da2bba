#pragma once
// Credentials that an author wrote as they are, or took from a variable, in the place of a secret:// reference.
#include "config/value.h"

namespace ingot::project {

// From now on none of them is shown: values of options and parameters whose names say what they are, passwords in
// addresses and connection strings. Short ones and plain words stay, as they would blank harmless texts.
void keep_literal_secrets(const config::Value& value);

}  // namespace ingot::project
