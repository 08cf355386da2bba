#include "surface/api/silver_join.h"

#include <charconv>

#include "surface/cli/attach_sinks.h"
#include "surface/cli/foundry_environment.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

std::vector<std::string> listed(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find(',', from), text.size());
        if (end > from) out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

Status check_pairs(const std::string& text) {
    for (const auto& pair : listed(text))
        if (pair.starts_with('=') || pair.ends_with('='))
            return fail(
                "USE101", "--join-keys takes left=right, or a column of both, not '" + pair + "'");
    return {};
}

Status check_flags(const Arguments& arguments) {
    TRY(check_pairs(arguments.get("--join-keys")));
    if (arguments.has("--config") && arguments.has("--run-context"))
        return fail("USE101", "--config and --run-context exclude each other");
    const auto scope = arguments.get("--storage-scope", "any");
    if (scope != "any" && scope != "onprem")
        return fail("USE101", "--storage-scope takes any or onprem, not '" + scope + "'");
    const bool paths = arguments.has("--left-path") && arguments.has("--right-path") &&
                       arguments.has("--output-path");
    if (!arguments.has("--config") && !arguments.has("--run-context") && !paths)
        return fail("USE101",
            "silver_join needs --config FILE, --run-context FILE, or --left-path, --right-path and "
            "--output-path");
    return {};
}

int run_silver_join(const Arguments& typed) {
    const auto arguments = with_environment(typed);
    if (auto fine = check_flags(arguments); !fine) return print(fine.error(), arguments);
    const auto options = workbench_options(arguments);
    if (!options) return print(options.error(), arguments);
    const api::SilverJoinRequest request{.config = arguments.get("--config"),
        .run_context = arguments.get("--run-context"),
        .left_path = arguments.get("--left-path"),
        .right_path = arguments.get("--right-path"),
        .output_path = arguments.get("--output-path"),
        .join_keys = arguments.get("--join-keys"),
        .join_type = arguments.get("--join-type"),
        .strategy = arguments.get("--strategy"),
        .formats = listed(arguments.get("--formats")),
        .onprem = arguments.get("--storage-scope") == "onprem" || arguments.has("--onprem-only"),
        .threads = options->threads,
        .memory = options->memory};
    Diagnostics diagnostics;
    tell_of_environment(diagnostics);
    const auto report = api::silver_join(
        request, [&](Bus& bus, const std::string& id) { attach_foundry_sinks(arguments, bus, id); },
        diagnostics);
    const int status = print(diagnostics, arguments, "");
    if (!report) return print(report.error(), arguments);
    if (diagnostics.failed()) return status;
    return *report && (*report)->error ? (*report)->error->exit_status() : 0;
}

int run_silver_consolidate(const Arguments& arguments) {
    const auto options = workbench_options(arguments);
    if (!options) return print(options.error(), arguments);
    const auto keys = listed(arguments.get("--primary-keys"));
    if (keys.empty() == arguments.has("--order-column"))
        return usage("--primary-keys and --order-column go together");
    if (arguments.has("--dedupe") && keys.empty())
        return usage("--dedupe needs --primary-keys and --order-column");
    int seconds = 0;
    const auto patience = arguments.get("--lock-timeout", "60");
    const auto [end, error] =
        std::from_chars(patience.data(), patience.data() + patience.size(), seconds);
    if (error != std::errc{} || seconds < 0)
        return usage("--lock-timeout takes seconds, not '" + patience + "'");
    const auto reports = api::silver_consolidate(
        {.silver_base = arguments.get("--silver-base", "sampledata/silver_samples"),
            .prune_chunks = arguments.has("--prune-chunks"),
            .primary_keys = keys,
            .order_column = arguments.has("--order-column")
                                ? std::optional(arguments.get("--order-column"))
                                : std::nullopt,
            .lock_timeout = std::chrono::seconds(seconds),
            .threads = options->threads,
            .memory = options->memory},
        [&](Bus& bus, const std::string& id) { attach_sinks(arguments, bus, id); });
    if (!reports) return print(reports.error(), arguments);
    int status = 0;
    for (const auto& report : *reports)
        if (report.error)
            status = status ? std::min(status, report.error->exit_status())
                            : report.error->exit_status();
    return status;
}

constexpr Flag join_flags[] = {
    {"--config", "FILE", "YAML with silver_join:"},
    {"--run-context", "FILE", "Run context (JSON) whose cfg has silver_join:"},
    {"--left-path", "PLACE", "Silver folder of the left side: a path, or a URL of a store"},
    {"--right-path", "PLACE", "Silver folder of the right side, likewise"},
    {"--output-path", "PLACE", "Folder of the result, likewise"},
    {"--join-keys", "PAIRS", "a=b,c=d: left and right columns; or auto"},
    {"--join-type", "TYPE", "inner, left, right, outer, semi, anti or as_of"},
    {"--strategy", "STRATEGY", "auto, broadcast, partitioned or hash: how chunks are sized"},
    {"--storage-scope", "SCOPE", "any, or onprem: refuse storage that is not on our own ground"},
    {"--onprem-only", "", "The same as --storage-scope onprem"},
    {"--formats", "FORMATS", "parquet, csv or both with a comma"},
};

constexpr Flag consolidate_flags[] = {
    {"--silver-base", "DIR", "Base folder of silver; default sampledata/silver_samples"},
    {"--prune-chunks", "", "Remove the chunks that were united"},
    {"--dedupe", "", "Keep one row of each key; needs the two flags below"},
    {"--primary-keys", "COLUMNS", "Key columns, with commas between"},
    {"--order-column", "COLUMN", "The greatest value is the newest row of a key"},
    {"--lock-timeout", "SECONDS", "How long to wait for a run on the partition; default 60"},
};

}  // namespace

extern const Command silver_join_command, silver_consolidate_command;
const Command silver_join_command{"silver-join",
    "The foundry's silver_join: two silver folders into a third", join_flags, {}, run_silver_join};
const Command silver_consolidate_command{"silver-consolidate",
    "The foundry's silver_consolidate: silver written in chunks into whole partitions",
    consolidate_flags, {}, run_silver_consolidate};

}  // namespace ingot::cli
