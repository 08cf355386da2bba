#pragma once
// Where something stands in an author's file. Lines and columns count from 1; 0 means "the file as a whole".
#include <string>
#include <string_view>

namespace ingot {

struct Span {
    std::string_view file{};  // interned: lives as long as the program
    int line = 0;
    int column = 0;

    bool known() const { return !file.empty(); }
    bool operator==(const Span&) const = default;
};

// The same view for the same text, valid until the program ends. Thread-safe.
std::string_view intern(std::string_view text);

// "file:line:col", or less where less is known.
std::string to_string(const Span& span);

}  // namespace ingot
