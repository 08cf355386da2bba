// From the command tables to CLI11 and back. The only file that includes it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <iostream>

#include "base/suggest.h"
#include "base/version.h"
#include "surface/cli/command.h"

namespace ingot::cli {

#define COMMAND(id) extern const Command id##_command;
#include "surface/cli/builtin.inc"
#undef COMMAND

std::span<const Command* const> commands() {
    static const Command* const all[] = {
#define COMMAND(id) &id##_command,
#include "surface/cli/builtin.inc"
#undef COMMAND
    };
    return all;
}

std::span<const Flag> global_flags() {
    static const Flag flags[] = {
        {"--project-dir", "DIR", "Folder of ingot.yml; default: here or the nearest parent"},
        {"--target", "NAME", "Target of ingot.yml to use"},
        {"--memory", "SIZE", "Memory limit of the engine, such as 1GB"},
        {"--threads", "N", "Threads of the engine and steps at once; default: all cores"},
        {"--vars", "VARS", "Variables: NAME=VALUE, or a YAML mapping; may be repeated", true},
        {"--log-format", "FORMAT", "human, json or simple"},
        {"--quiet", "", "Errors only", false, "-q"},
        {"--verbose", "", "More about what is done", false, "-v"},
        {"--no-color", "", "No colours"},
    };
    return flags;
}

std::string Arguments::get(std::string_view name, std::string_view otherwise) const {
    const auto it = values_.find(std::string(name));
    return it == values_.end() || it->second.empty() ? std::string(otherwise) : it->second.back();
}

std::vector<std::string> Arguments::all(std::string_view name) const {
    const auto it = values_.find(std::string(name));
    return it == values_.end() ? std::vector<std::string>{} : it->second;
}

std::span<const Program> programs() {
    static const Program all[] = {
#define PROGRAM(name, command) {name, command},
#include "surface/cli/programs.inc"
#undef PROGRAM
    };
    return all;
}

namespace {

std::string spellings(const Flag& flag) {
    return flag.letter.empty() ? std::string(flag.name)
                               : std::string(flag.letter) + "," + std::string(flag.name);
}

struct Typed {
    const Command* command;
    CLI::App* app;
    std::deque<std::pair<std::string_view, std::vector<std::string>>> values;
    std::deque<std::pair<std::string_view, bool>> switches;
};

void add_flag(CLI::App& app, Typed& typed, const Flag& flag) {
    if (flag.value.empty()) {
        auto& place = typed.switches.emplace_back(flag.name, false);
        app.add_flag(spellings(flag), place.second, std::string(flag.doc));
        return;
    }
    auto& place = typed.values.emplace_back(flag.name, std::vector<std::string>{});
    auto* option = app.add_option(spellings(flag), place.second, std::string(flag.doc));
    option->type_name(std::string(flag.value))->expected(1)->allow_extra_args(false);
    option->multi_option_policy(
        flag.repeats ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
}

CLI::App* app_of(CLI::App& root, std::string_view name, std::map<std::string, CLI::App*>& groups) {
    const auto space = name.find(' ');
    if (space == std::string_view::npos) return root.add_subcommand(std::string(name));
    const std::string group(name.substr(0, space));
    if (!groups.contains(group)) {
        groups[group] = root.add_subcommand(group, "See `ingot " + group + " --help`");
        groups[group]->require_subcommand(1);
    }
    return groups[group]->add_subcommand(std::string(name.substr(space + 1)));
}

void declare(CLI::App& root, std::deque<Typed>& all) {
    std::map<std::string, CLI::App*> groups;
    for (const auto* command : commands()) {
        auto* app = app_of(root, command->name, groups);
        app->description(std::string(command->doc));
        auto& typed = all.emplace_back(Typed{command, app, {}, {}});
        for (const auto& positional : command->positionals) {
            auto& place = typed.values.emplace_back(positional.name, std::vector<std::string>{});
            auto* option = app->add_option(
                std::string(positional.name), place.second, std::string(positional.doc));
            if (positional.required) option->required();
            if (!positional.repeats) option->expected(1);
        }
        for (const auto& flag : command->flags) add_flag(*app, typed, flag);
        for (const auto& flag : global_flags()) add_flag(*app, typed, flag);
    }
}

Arguments collect(const Typed& typed) {
    Arguments arguments;
    for (const auto& [name, values] : typed.values)
        if (!values.empty()) arguments.set(name, values);
    for (const auto& [name, on] : typed.switches)
        if (on) arguments.set(name, {""});
    return arguments;
}

bool is_command(std::string_view word) {
    for (const auto* command : commands())
        if (command->name.substr(0, command->name.find(' ')) == word) return true;
    return false;
}

// The second words of the commands that begin with this one: those of `state` are show, verify and others.
std::vector<std::string> words_after(std::string_view first) {
    std::vector<std::string> words;
    for (const auto* command : commands())
        if (command->name.size() > first.size() && command->name.starts_with(first) &&
            command->name[first.size()] == ' ')
            words.emplace_back(command->name.substr(first.size() + 1));
    return words;
}

std::vector<std::string> flags_of(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& flag : global_flags()) names.emplace_back(flag.name);
    for (const auto* command : commands())
        if (command->name == name)
            for (const auto& flag : command->flags) names.emplace_back(flag.name);
    return names;
}

// What may be meant by a flag that the command does not have.
std::string meant_flag(const std::string& message, int argc, char** argv) {
    const auto at = message.find(": --");
    if (at == std::string::npos || argc < 2) return "";
    const auto flag = message.substr(at + 2, message.find(' ', at + 2) - at - 2);
    std::string name = argv[1];
    if (argc > 2 && !words_after(name).empty()) name += " " + std::string(argv[2]);
    return did_you_mean(flag, flags_of(name));
}

int usage_error(const CLI::ParseError& error, int argc, char** argv) {
    std::string message = error.what();
    message += meant_flag(message, argc, argv);
    const auto second = argc > 1 ? words_after(argv[1]) : std::vector<std::string>{};
    const std::string said = argc > 2 ? argv[2] : "";
    if (!second.empty() && std::ranges::find(second, said) == second.end() &&
        !said.starts_with('-')) {
        std::string list;
        for (const auto& word : second) list += (list.empty() ? "" : ", ") + word;
        message = "`ingot " + std::string(argv[1]) + "` takes one of " + list;
        if (!said.empty()) message += ", not '" + said + "'" + did_you_mean(said, second);
    }
    if (argc > 1 && argv[1][0] != '-' && !is_command(argv[1])) {
        std::vector<std::string> names;
        for (const auto* command : commands())
            names.emplace_back(command->name.substr(0, command->name.find(' ')));
        message = "unknown command '" + std::string(argv[1]) + "'" + did_you_mean(argv[1], names);
    }
    std::cerr << "USE101 " << message
              << "\nRun `ingot --help` for the commands and their options.\n";
    return 64;
}

// argv as the program `ingot` would have got it.
std::vector<std::string> words_of(int argc, char** argv) {
    std::vector<std::string> words(argv, argv + argc);
    if (words.empty()) return {"ingot"};
    const auto name = words.front().substr(words.front().rfind('/') + 1);
    for (const auto& program : programs())
        if (program.name == name) words.insert(words.begin() + 1, std::string(program.command));
    return words;
}

int dispatch_words(int argc, char** argv) {
    CLI::App root("ingot takes raw data to gold: bronze, silver, gold in one program.", "ingot");
    root.set_version_flag("--version", "ingot " + std::string(version));
    root.require_subcommand(1);
    // Global options may stand before the command as well.
    Typed globals{nullptr, &root, {}, {}};
    for (const auto& flag : global_flags()) add_flag(root, globals, flag);
    std::deque<Typed> all;
    declare(root, all);
    try {
        root.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        return root.exit(wanted);
    } catch (const CLI::ParseError& error) {
        return usage_error(error, argc, argv);
    }
    for (const auto& typed : all) {
        if (!typed.app->parsed()) continue;
        auto arguments = collect(typed);
        const auto before = collect(globals);
        for (const auto& flag : global_flags())
            if (!arguments.has(flag.name) && before.has(flag.name))
                arguments.set(flag.name, before.all(flag.name));
        return typed.command->run(arguments);
    }
    return 64;
}

}  // namespace

int dispatch(int argc, char** argv) {
    auto words = words_of(argc, argv);
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    return dispatch_words(static_cast<int>(pointers.size()), pointers.data());
}

}  // namespace ingot::cli
