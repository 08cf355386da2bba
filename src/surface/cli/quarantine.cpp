// ingot quarantine ls, show and retry.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "surface/api/quarantine.h"
#include "surface/api/run.h"
#include "surface/cli/project_command.h"
#include "surface/cli/which_rejected.h"

namespace ingot::cli {

namespace {

nlohmann::ordered_json to_json(const api::QuarantineOf& of) {
    auto rejected = nlohmann::ordered_json::array();
    for (const auto& part : of.rejected)
        rejected.push_back({{"slice", part.slice.empty() ? nlohmann::ordered_json(nullptr)
                                                         : nlohmann::ordered_json(part.slice)},
            {"rule", part.rule}, {"rows", part.rows}});
    return {{"name", of.dataset}, {"rows", of.rows}, {"released", of.released},
        {"purged", of.purged}, {"rejected", rejected}};
}

std::string to_text(const api::QuarantineOf& of) {
    std::string text = fmt::format("{}  {} rows", of.dataset, of.rows);
    if (of.released > 0) text += fmt::format(", {} released", of.released);
    if (of.purged > 0) text += fmt::format(", {} purged", of.purged);
    text += "\n";
    for (const auto& part : of.rejected)
        text += fmt::format(
            "  {:<10}  {:>8}  {}\n", part.slice.empty() ? "-" : part.slice, part.rows, part.rule);
    return text;
}

int run_ls(const Arguments& arguments) {
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->manifest().root;
    const auto all = api::quarantined(*opened.workbench, opened.ids);
    if (!all) return print(all.error(), arguments, root);
    std::string text;
    auto json = nlohmann::ordered_json::array();
    for (const auto& of : *all) {
        text += to_text(of);
        json.push_back(to_json(of));
    }
    if (arguments.has("--json")) text = json.dump(2) + "\n";
    std::fputs(text.c_str(), stdout);
    if (all->empty() && !arguments.has("--quiet")) std::cerr << "nothing is quarantined\n";
    return 0;
}

Result<api::ShowQuarantine> wanted_of(const Arguments& arguments) {
    api::ShowQuarantine wanted;
    wanted.which = TRY(which_rejected(arguments));
    static constexpr std::array<std::string_view, 4> formats{"table", "csv", "json", "jsonl"};
    const auto format = arguments.get("--format", "table");
    const auto it = std::ranges::find(formats, format);
    if (it == formats.end())
        return fail("USE101", "--format takes table, csv, json or jsonl, not '" + format + "'");
    wanted.format = static_cast<api::Format>(it - formats.begin());
    if (const auto text = arguments.get("--limit"); !text.empty()) {
        std::int64_t limit = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
        if (error != std::errc{} || end != text.data() + text.size() || limit < 0)
            return fail("USE101", "--limit takes a whole number, not '" + text + "'");
        wanted.limit = limit;
    }
    return wanted;
}

int run_show(const Arguments& arguments) {
    auto wanted = wanted_of(arguments);
    if (!wanted) return print(wanted.error(), arguments);
    auto opened = open_project(arguments);
    if (!opened) return opened.status;
    const auto& manifest = opened.workbench->manifest();
    const auto ids = api::selected(*opened.workbench, {arguments.get("DATASET")}, {});
    if (!ids) return print(ids.error(), arguments, manifest.root);
    if (ids->size() != 1)
        return usage("quarantine show takes one dataset, and '" + arguments.get("DATASET") +
                     "' names " + std::to_string(ids->size()) + "; write layer.name");
    wanted->dataset = ids->front();
    const auto shown = api::show_quarantine(*opened.workbench, *wanted);
    if (!shown) return print(shown.error(), arguments, manifest.root);
    if (!*shown && !arguments.has("--quiet"))
        std::cerr << "nothing of " << manifest.datasets[wanted->dataset].dataset.name.text()
                  << " is quarantined\n";
    return 0;
}

int run_retry(const Arguments& arguments) {
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->manifest().root;
    const auto& datasets = opened.workbench->manifest().datasets;
    // Reading files again is what somebody asks for by name.
    if (!arguments.has("SELECT"))
        std::erase_if(opened.ids, [&](auto id) { return datasets[id].dataset.bronze(); });
    const std::atomic<bool> never{false};
    const auto retried = api::retry_quarantine(
        *opened.workbench, opened.ids, [](Bus&, const std::string&) {}, never);
    if (!retried) return print(retried.error(), arguments, root);
    for (const auto& report : retried->outcome.reports)
        if (report.error) print(*report.error, arguments, root);
    std::string text;
    for (const auto& before : retried->before) {
        const auto after =
            std::ranges::find(retried->after, before.dataset, &api::QuarantineOf::dataset);
        const auto left = after == retried->after.end() ? 0 : after->rows;
        text += fmt::format(
            "{}  {} rows were quarantined, {} are now\n", before.dataset, before.rows, left);
    }
    std::fputs(text.c_str(), stdout);
    for (const auto& name : retried->not_files)
        std::cerr
            << name
            << ": its rejected rows came from a source that is asked, or from files that land once; they are not read again\n";
    if (retried->before.empty() && retried->not_files.empty() && !arguments.has("--quiet"))
        std::cerr << "nothing that was selected has quarantined rows\n";
    return retried->outcome.exit_status;
}

constexpr Positional ls_positionals[] = {
    {"SELECT", "Datasets to look at; default: all", false, true}};
constexpr Flag ls_flags[] = {
    {"--exclude", "SELECT", "Datasets to leave out", true}, {"--json", "", "As JSON"}};
constexpr Positional retry_positionals[] = {
    {"SELECT", "Datasets whose rejected rows to judge again; default: all of silver", false, true}};
constexpr Flag retry_flags[] = {{"--exclude", "SELECT", "Datasets to leave out", true}};
constexpr Positional show_positionals[] = {
    {"DATASET", "The dataset whose rejected rows to print", true}};
constexpr Flag show_flags[] = {rule_flag, slice_flag, where_flag, older_than_flag,
    {"--limit", "N", "Only the first rows"}, {"--format", "FORMAT", "table, csv, json or jsonl"}};

}  // namespace

extern const Command quarantine_ls_command, quarantine_retry_command, quarantine_show_command;
const Command quarantine_retry_command{"quarantine retry",
    "Judge rejected rows of silver again by the rules and the data as they are now, and read files again of which bronze rejected some",
    retry_flags, retry_positionals, run_retry};
const Command quarantine_ls_command{"quarantine ls",
    "How many rows were rejected, by dataset, slice and rule", ls_flags, ls_positionals, run_ls};
const Command quarantine_show_command{"quarantine show",
    "The rows that were rejected, why, and where they came from", show_flags, show_positionals,
    run_show};

}  // namespace ingot::cli
