#include "surface/api/doctor.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

int run_doctor(const Arguments& arguments) {
    const auto options = workbench_options(arguments);
    if (!options) return print(options.error(), arguments);
    api::Workbench workbench(*options);
    Diagnostics diagnostics;
    const auto examined = api::examine(workbench,
        {.connect = arguments.has("--connect"), .fix = arguments.has("--fix")}, diagnostics);
    print(diagnostics, arguments, workbench.root());
    int status = 0;
    std::string text;
    auto json = nlohmann::ordered_json::array();
    for (const auto& part : examined) {
        if (part.status == "fail" && status == 0) status = part.exit_status;
        text += fmt::format("{:<4}  {:<13}  {}\n", part.status, part.family, part.message);
        if (!part.advice.empty()) text += fmt::format("{:21}to do: {}\n", "", part.advice);
        json.push_back({{"family", part.family}, {"status", part.status}, {"message", part.message},
            {"advice", part.advice}});
    }
    if (arguments.has("--json"))
        text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    std::fputs(text.c_str(), stdout);
    return status;
}

constexpr Flag flags[] = {{"--connect", "", "Also read the first bytes of every source"},
    {"--fix", "",
        "Mend what can be mended safely: the warehouse folder, the catalogue, what killed runs left"},
    {"--json", "", "As JSON"}};

}  // namespace

extern const Command doctor_command;
const Command doctor_command{"doctor",
    "Whether the project can run here, and what to do where it cannot", flags, {}, run_doctor};

}  // namespace ingot::cli
