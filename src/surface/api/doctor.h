#pragma once
// Whether a project could run here: configuration, engine, warehouse, sources, secrets, and what earlier runs left.
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "surface/api/workbench.h"

namespace ingot::api {

struct Examined {
    std::string
        family;  // configuration, target, engine, warehouse, sources, secrets, runs, tables, catalogue
    std::string status;  // ok, warn, fail
    std::string message;
    std::string advice{};  // what to do, where something is to be done
    int exit_status = 0;   // of a failure
};

struct DoctorOptions {
    bool connect = false;  // read the first bytes of every source
    bool fix = false;      // mend what can be mended without losing anything
};

// The mistakes of the project are in `diagnostics` too, with their places. Changes nothing without `fix`.
std::vector<Examined> examine(
    Workbench& workbench, const DoctorOptions& options, Diagnostics& diagnostics);

}  // namespace ingot::api
