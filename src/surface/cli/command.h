#pragma once
// What a command of the program is: its words for people, its options, and what it does. One file per command;
// builtin.inc lists them. The table is read by the parser, by --help and by the reference pages.
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

struct Flag {
    std::string_view name;     // "--date"
    std::string_view value{};  // what stands after it, "DATE"; empty: a switch
    std::string_view doc{};
    bool repeats = false;
    std::string_view letter{};  // "-q": a short spelling
};

struct Positional {
    std::string_view name;
    std::string_view doc;
    bool required = false;
    bool repeats = false;
};

// What was typed: values by flag or positional name. Switches hold one empty value.
class Arguments {
public:
    bool has(std::string_view name) const { return values_.contains(std::string(name)); }
    // The last value, or `otherwise`.
    std::string get(std::string_view name, std::string_view otherwise = {}) const;
    std::vector<std::string> all(std::string_view name) const;
    void set(std::string_view name, std::vector<std::string> values) {
        values_[std::string(name)] = std::move(values);
    }

private:
    std::map<std::string, std::vector<std::string>> values_;
};

struct Command {
    std::string_view name;  // "run", or "state show" for one of a group
    std::string_view doc;   // one line
    std::span<const Flag> flags{};
    std::span<const Positional> positionals{};
    int (*run)(const Arguments&) = nullptr;  // gives the exit status
};

std::span<const Command* const> commands();
std::span<const Flag> global_flags();

// The commands as a Markdown page, for docs/reference.
std::string command_reference();

// A program that is this one under another name: `bronze_extract …` is `ingot bronze-extract …`.
struct Program {
    std::string_view name;
    std::string_view command;
};
std::span<const Program> programs();

// Parses argv by the tables and runs the command; the program's exit status.
int dispatch(int argc, char** argv);

}  // namespace ingot::cli
