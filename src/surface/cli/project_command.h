#pragma once
// What commands on a project share: options to a Workbench, mistakes to lines with a caret, streams and exit status.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "surface/api/workbench.h"
#include "surface/cli/command.h"

namespace ingot::cli {

// The loaded project, or the exit status after its mistakes were printed.
struct Opened {
    std::unique_ptr<api::Workbench> workbench;
    int status = 0;
    explicit operator bool() const { return workbench != nullptr; }
};
Opened open_project(const Arguments& arguments);

// The same, and the datasets that SELECT and --exclude name.
struct OpenedSelection : Opened {
    std::vector<DatasetId> ids{};
};
OpenedSelection open_selection(const Arguments& arguments);

// Only options; nothing is read.
Result<api::WorkbenchOptions> workbench_options(const Arguments& arguments);

// "file:line:col: CODE message", the line and a caret; JSON lines with --log-format json. Returns the exit status.
int print(const Diagnostics& diagnostics, const Arguments& arguments, const std::string& root);
int print(const Error& error, const Arguments& arguments, const std::string& root = {});

// Usage mistakes: exit status 64.
int usage(const std::string& message);

bool colors_wanted(const Arguments& arguments, int fd);

// The date that a flag gives; nothing without the flag.
Result<std::optional<Date>> date_of(const Arguments& arguments, std::string_view flag);
// --date, or --from and --to, or today (UTC) by the injected clock.
Result<std::vector<Date>> dates_of(const Arguments& arguments);

}  // namespace ingot::cli
