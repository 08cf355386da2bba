// ingot compact.
#include <fmt/format.h>

#include <iostream>

#include "surface/api/compact.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

// "128MB" in bytes.
Result<std::int64_t> size_of(const std::string& text) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    const auto unit = text.substr(digits);
    const int shift = unit == "KB" ? 10 : unit == "MB" ? 20 : unit == "GB" ? 30 : -1;
    if (digits == 0 || digits > 6 || shift < 0)
        return fail("USE101", "--target-size takes a size like 128MB, not '" + text + "'");
    return std::stoll(text.substr(0, digits)) << shift;
}

std::vector<std::string> names_in(const std::string& list) {
    std::vector<std::string> names{""};
    for (const char c : list)
        if (c == ',')
            names.emplace_back();
        else if (c != ' ' || !names.back().empty())
            names.back() += c;
    return names;
}

Result<api::CompactRequest> wanted_of(const Arguments& arguments) {
    api::CompactRequest wanted;
    wanted.order.target_size = TRY(size_of(arguments.get("--target-size", "128MB")));
    const auto sort = arguments.get("--sort-by"), z = arguments.get("--z-order");
    if (!sort.empty() && !z.empty())
        return fail("USE101", "--sort-by and --z-order exclude each other");
    if (!sort.empty() || !z.empty()) {
        wanted.order.arrange = sort.empty() ? run::Arrange::z_order : run::Arrange::sorted;
        wanted.order.columns = names_in(sort.empty() ? z : sort);
    }
    if (!z.empty() && (wanted.order.columns.size() < 2 || wanted.order.columns.size() > 6))
        return fail("USE101", "--z-order takes two to six columns; one column is --sort-by");
    const auto retain = arguments.get("--retain", "7d");
    const auto duration = parse_duration(retain);
    if (!duration) return fail("USE101", "--retain takes a duration like 7d, not '" + retain + "'");
    wanted.retain = std::chrono::duration_cast<std::chrono::hours>(*duration);
    return wanted;
}

int run_compact(const Arguments& arguments) {
    const auto wanted = wanted_of(arguments);
    if (!wanted) return print(wanted.error(), arguments);
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto all = api::compact(*opened.workbench, opened.ids, *wanted);
    if (!all) return print(all.error(), arguments, opened.workbench->manifest().root);
    for (const auto& table : *all) {
        const auto& done = table.done;
        std::string text = table.dataset + "  ";
        text += done.version < 0 ? fmt::format("{} files, nothing to merge", done.files_before)
                                 : fmt::format("{} files are {} now, version {}", done.files_before,
                                       done.files_after, done.version);
        if (done.segments_before != done.segments_after)
            text += fmt::format(", {} segments are {}", done.segments_before, done.segments_after);
        if (table.expired > 0) text += fmt::format(", {} old files removed", table.expired);
        fmt::print("{}\n", text);
    }
    if (all->empty() && !arguments.has("--quiet"))
        std::cerr << "no table of silver or gold that was selected stands\n";
    return 0;
}

constexpr Positional positionals[] = {
    {"SELECT", "Tables of silver and gold; default: all", false, true}};
constexpr Flag flags[] = {{"--exclude", "SELECT", "Datasets to leave out", true},
    {"--target-size", "SIZE", "Files of about this size; default: 128MB"},
    {"--sort-by", "COLUMNS", "Sort the rows by these columns: all files are rewritten"},
    {"--z-order", "COLUMNS", "Put rows together that are near each other in all of these columns"},
    {"--retain", "DURATION", "Versions of this time keep their files; default: 7d"}};

}  // namespace

extern const Command compact_command;
const Command compact_command{"compact",
    "Merge the small files of tables, and remove those of old versions", flags, positionals,
    run_compact};

}  // namespace ingot::cli
