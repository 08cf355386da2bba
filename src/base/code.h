#pragma once
// Diagnostic codes. One table; a code that is not in it does not compile.
#include <span>
#include <string_view>

#include "base/code_table.h"

namespace ingot {

// A code of the table. Constructible only from a literal that stands there, so a typo does not compile.
class Code {
public:
    consteval Code(const char* id) : entry_(find(id)) {}
    constexpr std::string_view id() const { return entry_->id; }
    constexpr std::string_view title() const { return entry_->title; }
    constexpr std::string_view help() const { return entry_->help; }
    // The process exit status that a failure with this code asks for (surface: 1 configuration ... 5 execution).
    constexpr int exit_status() const { return entry_->exit_status; }
    // By id: the engine library carries a table of its own, so addresses differ.
    constexpr bool operator==(const Code& other) const { return entry_->id == other.entry_->id; }

private:
    static consteval const CodeEntry* find(std::string_view id) {
        for (const auto& entry : code_table)
            if (entry.id == id) return &entry;
        throw "diagnostic code is not in code_table";
    }
    const CodeEntry* entry_;
};

}  // namespace ingot
