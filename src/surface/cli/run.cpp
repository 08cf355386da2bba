// ingot run, and its parts: extract (bronze), promote (silver), build (gold).
#include <cstdio>
#include <set>

#include "surface/api/run.h"
#include "surface/cli/attach_sinks.h"
#include "surface/cli/plan_output.h"
#include "surface/cli/project_command.h"
#include "surface/cli/run_config.h"
#include "surface/cli/signals.h"

namespace ingot::cli {

namespace {

enum class Again { yes, no };

// The lines of the author's files that are wrong; what several steps met, once.
void print_places(
    const api::RunOutcome& outcome, const Arguments& arguments, const std::string& root) {
    std::set<std::string> shown;
    for (const auto& report : outcome.reports)
        if (const auto& error = report.error;
            error && error->where.line > 0 &&
            shown.insert(to_string(error->where) + error->message).second)
            print(*error, arguments, root);
}

int run_layers(const Arguments& arguments, std::vector<Layer> layers, Again again = Again::yes) {
    const auto dates = dates_of(arguments);
    if (!dates) return print(dates.error(), arguments);
    const auto restate_from = date_of(arguments, "--restate-from");
    if (!restate_from) return print(restate_from.error(), arguments);
    auto opened = open_project(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->root();
    api::RunRequest request{.select = arguments.all("SELECT"),
        .exclude = arguments.all("--exclude"),
        .layers = std::move(layers),
        .dates = *dates,
        .full_refresh = arguments.has("--full-refresh"),
        .restate_from = *restate_from,
        .only_missing = again == Again::no,
        .fail_fast = arguments.has("--fail-fast"),
        .dry_run = arguments.has("--dry-run"),
        .threads = opened.workbench->options().threads};
    if (request.dry_run) {
        const auto plan = api::plan(*opened.workbench, request);
        if (!plan) return print(plan.error(), arguments, root);
        show_plan(*plan, stdout);
        return 0;
    }
    catch_signals();
    const auto outcome = api::run(
        *opened.workbench, request,
        [&](Bus& bus, const std::string& id) { attach_sinks(arguments, bus, id); }, interrupted);
    if (!outcome) return print(outcome.error(), arguments, root);
    if (arguments.get("--log-format", "human") == "human") print_places(*outcome, arguments, root);
    return interrupted && outcome->exit_status == 0 ? 130 : outcome->exit_status;
}

constexpr Positional select_positional[] = {{"SELECT",
    "Datasets to run: name, +x, x+, layer:, tag: …; docs/guide/running.md has the grammar", false,
    true}};
constexpr Flag run_flags[] = {
    {"--exclude", "SELECT", "Datasets to leave out", true},
    {"--date", "DATE", "Logical date of the run; default: today, UTC"},
    {"--from", "DATE", "First of several logical dates"},
    {"--to", "DATE", "Last of several logical dates"},
    {"--full-refresh", "", "Compute silver and gold tables again from all of bronze"},
    {"--restate-from", "DATE",
        "Silver forgets what it took in from this date on, and takes it in again from bronze"},
    {"--fail-fast", "", "Start no further steps after a failure"},
    {"--dry-run", "", "Print the plan and stop"},
    {"--config", "FILE", "Instead of a project: bronze and silver of a foundry configuration"},
    {"--skip-bronze", "", "With --config: silver only"},
    {"--skip-silver", "", "With --config: bronze only"},
};

constexpr std::size_t flags_of_config = 3;
constexpr std::span<const Flag> layer_flags(run_flags, std::size(run_flags) - flags_of_config);

constexpr Flag backfill_flags[] = {
    {"--from", "DATE", "The first logical date; required"},
    {"--to", "DATE", "The last logical date; required"},
    {"--again", "", "Also ask sources for slices that stand"},
    {"--exclude", "SELECT", "Datasets to leave out", true},
    {"--fail-fast", "", "Start no further steps after a failure"},
    {"--dry-run", "", "Print the plan and stop"},
};

int run_backfill(const Arguments& arguments) {
    if (!arguments.has("--from") || !arguments.has("--to"))
        return usage("backfill needs --from DATE and --to DATE");
    return run_layers(arguments, {}, arguments.has("--again") ? Again::yes : Again::no);
}

}  // namespace

extern const Command backfill_command;
const Command backfill_command{"backfill",
    "Land the dates of a range that are missing or changed, and take them up to gold",
    backfill_flags, select_positional, run_backfill};

extern const Command run_command, extract_command, promote_command, build_command;
const Command run_command{"run", "Plan and execute, from sources to gold", run_flags,
    select_positional,
    [](const Arguments& a) { return a.has("--config") ? run_config(a) : run_layers(a, {}); }};
const Command extract_command{"extract", "Run bronze only: land what sources hold", layer_flags,
    select_positional, [](const Arguments& a) { return run_layers(a, {Layer::bronze}); }};
const Command promote_command{"promote", "Run silver only: promote what bronze holds", layer_flags,
    select_positional, [](const Arguments& a) { return run_layers(a, {Layer::silver}); }};
const Command build_command{"build", "Run gold only: build from what silver holds", layer_flags,
    select_positional,
    [](const Arguments& a) { return run_layers(a, {Layer::gold, Layer::snapshot}); }};

}  // namespace ingot::cli
