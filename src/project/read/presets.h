#pragma once
// What one option of silver makes of others that the author left out.
#include "config/value.h"
#include "project/dataset.h"

namespace ingot::project {

// `options` is what the author wrote under silver:, with all that it inherits.
void complete(SilverSpec& spec, const config::Value& options);

}  // namespace ingot::project
