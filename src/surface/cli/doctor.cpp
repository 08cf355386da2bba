#include "surface/api/doctor.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "surface/api/doctor_file.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

using Json = nlohmann::ordered_json;

// Prints what was found and gives the exit status of the worst of it.
int show(const std::vector<api::Examined>& examined, const Arguments& arguments) {
    int status = 0;
    std::string text;
    auto json = Json::array();
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

int examine_project(const Arguments& arguments) {
    const auto options = workbench_options(arguments);
    if (!options) return print(options.error(), arguments);
    api::Workbench workbench(*options);
    Diagnostics diagnostics;
    const auto examined = api::examine(workbench,
        {.connect = arguments.has("--connect"), .fix = arguments.has("--fix")}, diagnostics);
    print(diagnostics, arguments, workbench.root());
    return show(examined, arguments);
}

// The diff comes before the change.
int examine_config(
    const Arguments& arguments, const std::string& path, const api::FileDoctorOptions& options) {
    Diagnostics diagnostics;
    const auto examined = api::examine_file(path, options, diagnostics);
    const int found = print(diagnostics, arguments, "");
    int status = show(examined.found, arguments);
    if (status == 0) status = found;
    if (examined.before.empty() || arguments.has("--json")) return status;
    const auto diff = api::unified_diff(path, examined.before, examined.after);
    std::fputs(diff.empty() ? "(no changes)\n" : diff.c_str(), stdout);
    if (diff.empty() || !arguments.has("--fix")) return status;
    std::fflush(stdout);
    if (const auto written = api::write_mended(path, examined); !written)
        return print(written.error(), arguments);
    fmt::print("wrote {}\n", path);
    return status;
}

int run_doctor(const Arguments& arguments) {
    const auto files = arguments.all("FILES");
    if (files.empty()) return examine_project(arguments);
    api::FileDoctorOptions options{.connect = arguments.has("--connect")};
    const auto version = arguments.get("--target-version", "1");
    if (version != "1" && version != "2")
        return usage("--target-version takes 1 or 2, not '" + version + "'");
    options.version = version == "2" ? 2 : 1;
    int status = 0;
    for (const auto& path : files)
        if (const int one = examine_config(arguments, path, options);
            status == 0 || (one && one < status))
            status = one == 0 ? status : one;
    return status;
}

constexpr Positional positionals[] = {
    {"FILES", "Configurations of the foundry to examine instead of a project", false, true}};
constexpr Flag flags[] = {{"--connect", "", "Also read the first bytes of every source"},
    {"--fix", "",
        "Mend what can be mended safely: the warehouse folder, the catalogue, what killed runs left; in configurations, deprecated keys",
        false, "-i,--in-place"},
    {"--target-version", "N", "config_version that --fix writes into configurations; default 1"},
    {"--json", "", "As JSON"}};

}  // namespace

extern const Command doctor_command;
const Command doctor_command{"doctor",
    "Whether a project, or a configuration of the foundry, can run here, and what to do where it cannot",
    flags, positionals, run_doctor};

}  // namespace ingot::cli
