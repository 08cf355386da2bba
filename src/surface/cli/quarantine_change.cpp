// ingot quarantine release and purge.
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "surface/api/quarantine.h"
#include "surface/cli/project_command.h"
#include "surface/cli/which_rejected.h"

namespace ingot::cli {

namespace {

std::string this_user() {
    for (const char* name : {"USER", "LOGNAME"})
        if (const char* value = std::getenv(name); value && *value) return value;
    return "unknown";
}

int run_release(const Arguments& arguments) {
    auto which = which_rejected(arguments);
    if (!which) return print(which.error(), arguments);
    if (arguments.get("--reason").empty())
        return usage("quarantine release needs --reason: it is kept beside the rows");
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->manifest().root;
    const std::atomic<bool> never{false};
    const auto released = api::release_quarantine(
        *opened.workbench, opened.ids,
        {.which = *std::move(which),
            .by = arguments.get("--by", this_user()),
            .reason = arguments.get("--reason")},
        [](Bus&, const std::string&) {}, never);
    if (!released) return print(released.error(), arguments, root);
    for (const auto& report : released->outcome.reports)
        if (report.error) print(*report.error, arguments, root);
    for (const auto& of : released->of) {
        fmt::print("{}  {} rows released, {} are quarantined still\n", of.dataset, of.released.rows,
            of.left);
        if (of.released.without > 0)
            std::cerr
                << of.dataset << ": " << of.released.without
                << " rows were kept out by no rule of yours (a NULL key, a record without a name) and cannot be released; mend the data and let `ingot quarantine retry` judge them again\n";
    }
    if (released->of.empty() && !arguments.has("--quiet"))
        std::cerr << "no rejected row of a silver or gold table was meant"
                  << hint_of_rules(arguments, *opened.workbench, opened.ids) << "\n";
    return released->outcome.exit_status;
}

int run_purge(const Arguments& arguments) {
    const auto which = which_rejected(arguments);
    if (!which) return print(which.error(), arguments);
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& datasets = opened.workbench->manifest().datasets;
    // What bronze rejected may be nowhere else any more: it goes only when it is named.
    if (!arguments.has("SELECT"))
        std::erase_if(opened.ids, [&](auto id) { return datasets[id].dataset.bronze(); });
    const auto purged = api::purge_quarantine(*opened.workbench, opened.ids, *which);
    if (!purged) return print(purged.error(), arguments, opened.workbench->manifest().root);
    for (const auto& of : *purged)
        fmt::print(
            "{}  {} rows purged, {} are quarantined still\n", of.dataset, of.purged, of.left);
    if (purged->empty() && !arguments.has("--quiet"))
        std::cerr << "no rejected row was meant"
                  << hint_of_rules(arguments, *opened.workbench, opened.ids) << "\n";
    return 0;
}

constexpr Positional released_tables[] = {
    {"SELECT", "Tables whose rejected rows are meant; default: all", false, true}};
constexpr Positional purged_tables[] = {{"SELECT",
    "Datasets whose rejected rows are meant; default: all of silver and gold", false, true}};
constexpr Flag release_flags[] = {{"--exclude", "SELECT", "Datasets to leave out", true}, rule_flag,
    slice_flag, where_flag, older_than_flag, {"--reason", "TEXT", "Why; it is kept with the rows"},
    {"--by", "NAME", "Who; default: the user of this process"}};
constexpr Flag purge_flags[] = {{"--exclude", "SELECT", "Datasets to leave out", true}, rule_flag,
    slice_flag, where_flag, older_than_flag};

}  // namespace

extern const Command quarantine_purge_command, quarantine_release_command;
const Command quarantine_release_command{"quarantine release",
    "Take rejected rows of silver and gold tables in, in spite of the rule, and write down who said so and why",
    release_flags, released_tables, run_release};
const Command quarantine_purge_command{"quarantine purge",
    "Forget rejected rows for good, and count them", purge_flags, purged_tables, run_purge};

}  // namespace ingot::cli
