#include "plan/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "surface/api/run.h"
#include "surface/cli/plan_output.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

void show_plan(const Plan& plan, std::FILE* out) {
    const auto stage = stages(plan);
    const auto last = stage.empty() ? 0 : *std::ranges::max_element(stage);
    std::string text;
    for (std::size_t s = 0; !plan.steps.empty() && s <= last; ++s) {
        text += fmt::format("stage {}\n", s + 1);
        for (StepId id = 0; id < plan.steps.size(); ++id) {
            if (stage[id] != s) continue;
            const auto& step = plan.steps[id];
            text += fmt::format("  {:<8} {}{}  ({}{})\n", to_string(step.kind), step.name,
                step.slice ? " " + to_string(*step.slice) : "", step.reason,
                step.computed_whole.empty() ? "" : "; computed whole: " + step.computed_whole);
        }
    }
    if (!plan.current.empty()) text += "up to date\n";
    for (const auto& item : plan.current)
        text += fmt::format("  {}  ({})\n", item.name, item.reason);
    text += fmt::format("{} steps, {} up to date\n", plan.steps.size(), plan.current.size());
    std::fputs(text.c_str(), out);
}

namespace {

int run_plan(const Arguments& arguments) {
    const auto dates = dates_of(arguments);
    if (!dates) return print(dates.error(), arguments);
    const auto restate_from = date_of(arguments, "--restate-from");
    if (!restate_from) return print(restate_from.error(), arguments);
    auto opened = open_project(arguments);
    if (!opened) return opened.status;
    const auto plan =
        api::plan(*opened.workbench, {.select = arguments.all("SELECT"),
                                         .exclude = arguments.all("--exclude"),
                                         .layers = {},
                                         .dates = *dates,
                                         .full_refresh = arguments.has("--full-refresh"),
                                         .restate_from = *restate_from});
    if (!plan) return print(plan.error(), arguments, opened.workbench->root());
    if (arguments.has("--json"))
        std::fputs((plan_json(*plan) + "\n").c_str(), stdout);
    else
        show_plan(*plan, stdout);
    return arguments.has("--exit-code") && !plan->steps.empty() ? 10 : 0;
}

constexpr Positional positionals[] = {{"SELECT", "Datasets to plan for", false, true}};
constexpr Flag flags[] = {
    {"--exclude", "SELECT", "Datasets to leave out", true},
    {"--date", "DATE", "Logical date of the run; default: today, UTC"},
    {"--from", "DATE", "First of several logical dates"},
    {"--to", "DATE", "Last of several logical dates"},
    {"--restate-from", "DATE",
        "Silver forgets what it took in from this date on, and takes it in again from bronze"},
    {"--full-refresh", "", "As if everything were to be computed again"},
    {"--json", "", "The plan as JSON"},
    {"--exit-code", "", "Exit with 10 when there is work to do"},
};

}  // namespace

extern const Command plan_command;
const Command plan_command{"plan", "The steps a run would take, their stages, and why each runs",
    flags, positionals, run_plan};

}  // namespace ingot::cli
