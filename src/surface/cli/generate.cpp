// ingot generate: sample data for every load pattern.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "surface/api/generate.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

template <class T>
Status number(const Arguments& arguments, std::string_view flag, T& into, T least) {
    const auto text = arguments.get(flag);
    if (text.empty()) return {};
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least)
        return fail(
            "USE101", fmt::format("{} takes a number from {}, not '{}'", flag, least, text));
    into = value;
    return {};
}

Result<api::GenerateRequest> request_of(const Arguments& arguments) {
    api::GenerateRequest request{.folder = arguments.get("DIR", "sampledata")};
    TRY(number(arguments, "--days", request.days, std::int64_t{1}));
    TRY(number(arguments, "--rows", request.rows, std::int64_t{1}));
    TRY(number(arguments, "--seed", request.seed, std::int64_t{0}));
    TRY(number(arguments, "--growth", request.growth, 0.0));
    request.updates = !arguments.has("--no-updates");
    const auto start = arguments.get("--start", "2025-01-01");
    const auto date = parse_date(start);
    if (!date) return fail("USE101", "--start takes a date YYYY-MM-DD, not '" + start + "'");
    request.first = *date;
    request.format = arguments.get("--format", "csv");
    const auto patterns = arguments.get("--patterns", "full,cdc,current_history,hybrids");
    for (std::size_t from = 0; from <= patterns.size();) {
        const auto end = std::min(patterns.find(',', from), patterns.size());
        request.patterns.push_back(patterns.substr(from, end - from));
        from = end + 1;
    }
    const auto options = TRY(workbench_options(arguments));
    request.threads = options.threads;
    request.memory = options.memory;
    return request;
}

int run_generate(const Arguments& arguments) {
    const auto request = request_of(arguments);
    if (!request) return print(request.error(), arguments);
    const auto made = api::generate(*request);
    if (!made) return print(made.error(), arguments);
    if (!arguments.has("--quiet")) {
        for (const auto& [folder, sum] : *made)
            fmt::print("{}  {} files  {} rows\n", folder, sum.files, sum.rows);
        fmt::print(stderr, "Next: cd {} && bronze_extract --config configs/NAME.yaml --date {}\n",
            request->folder, to_string(request->first));
    }
    return 0;
}

constexpr Positional positionals[] = {{"DIR", "Where; default: sampledata"}};
constexpr Flag flags[] = {{"--days", "N", "Days; default 60"},
    {"--rows", "N", "Rows of each pattern over all days; default 250000"},
    {"--patterns", "NAMES", "full, cdc, current_history, hybrids; default: all"},
    {"--growth", "PART", "How much more each day has, as a part of the first; default 0.02"},
    {"--no-updates", "", "Only new orders, none that change"},
    {"--start", "DATE", "The first day; default 2025-01-01"},
    {"--format", "FORMAT", "csv (default) or parquet"},
    {"--seed", "N", "Equal seeds give equal files; default 42"}};

}  // namespace

extern const Command generate_command;
const Command generate_command{"generate",
    "Sample data for every load pattern, with configurations that land it", flags, positionals,
    run_generate};

}  // namespace ingot::cli
