#pragma once
// Secrets that this process has seen, so that no text for people or logs ever holds one. Thread-safe.
#include <string>
#include <string_view>

namespace ingot {

// From now on the text is a secret. Texts under four characters are kept out: they would blank harmless words.
void keep_secret(std::string_view secret);

// The text with every secret in it, plain or percent-encoded, as "***".
std::string redacted(std::string text);

}  // namespace ingot
