#pragma once
// Diagnostic codes. One table, in code_table.cpp, so that a new code builds one file; tools/check_codes.py holds that
// every code in the sources stands there and every row is used.
#include <span>
#include <string_view>

namespace ingot {

struct CodeEntry {
    std::string_view id;
    int exit_status;
    std::string_view title;
    std::string_view help;
};

std::span<const CodeEntry> code_table();

// A code of the table. Constructible only from a literal: a family in capitals and three digits.
class Code {
public:
    consteval Code(const char* id) : id_(checked(id)) {}
    constexpr std::string_view id() const { return id_; }
    std::string_view title() const { return entry().title; }
    std::string_view help() const { return entry().help; }
    // The process exit status that a failure with this code asks for (surface: 1 configuration ... 5 execution).
    int exit_status() const { return entry().exit_status; }
    constexpr bool operator==(const Code&) const = default;

private:
    static consteval std::string_view checked(std::string_view id) {
        std::size_t capitals = 0;
        while (capitals < id.size() && id[capitals] >= 'A' && id[capitals] <= 'Z') ++capitals;
        const auto digits = id.substr(capitals);
        if (capitals < 3 || digits.size() != 3 ||
            digits.find_first_not_of("0123456789") != std::string_view::npos)
            throw "a diagnostic code is a family in capitals and three digits";
        return id;
    }
    const CodeEntry& entry() const;
    std::string_view id_;
};

}  // namespace ingot
