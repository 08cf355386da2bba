#pragma once
// secret://env/NAME and secret://file/PATH, looked up where they are used and nowhere else.
#include <string>

#include "base/result.h"
#include "config/value.h"

namespace ingot::secret {

// The text itself, or what the reference stands for; from then on the program never prints it. A file's last line end
// is not part of it; relative paths are the project's. AUTH001, naming the reference, when it cannot be had.
Result<std::string> reveal(const std::string& text, const std::string& project_root);

// A value of a mapping, revealed; "" when there is none. The error points at the value.
Result<std::string> reveal(
    const config::Value& mapping, std::string_view key, const std::string& project_root);

bool is_reference(std::string_view text);

}  // namespace ingot::secret
