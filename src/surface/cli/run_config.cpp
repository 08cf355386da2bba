#include "surface/cli/run_config.h"

#include <algorithm>

#include "surface/api/bronze_extract.h"
#include "surface/api/silver_extract.h"
#include "surface/cli/attach_sinks.h"
#include "surface/cli/project_command.h"
#include "surface/cli/signals.h"

namespace ingot::cli {

namespace {

int worse(int a, int b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

class ConfigRun {
public:
    ConfigRun(const Arguments& arguments, api::WorkbenchOptions options, Date date)
        : arguments_(arguments), options_(std::move(options)), date_(date) {}

    int bronze() {
        Diagnostics diagnostics;
        const auto outcome = api::bronze_extract({.configs = {arguments_.get("--config")},
                                                     .date = date_,
                                                     .vars = options_.load.vars,
                                                     .threads = options_.threads,
                                                     .memory = options_.memory},
            attach(), interrupted, diagnostics);
        const int status = print(diagnostics, arguments_, "");
        if (!outcome) return worse(status, print(outcome.error(), arguments_));
        return worse(status, outcome->exit_status);
    }

    int silver() {
        Diagnostics found;
        const auto config = arguments_.get("--config");
        const auto names = api::dataset_names(config, options_.load.vars, found);
        if (found.failed()) return print(found, arguments_, "");
        int status = 0;
        for (const auto& name : names) {
            if (interrupted) return 130;
            status = worse(status, silver_of(config, name));
        }
        return status;
    }

private:
    api::AttachSinksTo attach() {
        return [this](Bus& bus, const std::string& id) { attach_sinks(arguments_, bus, id); };
    }

    int silver_of(const std::string& config, const std::string& name) {
        api::SilverExtractRequest request;
        request.config = config;
        request.source_name = name;
        request.date = date_;
        request.threads = options_.threads;
        request.memory = options_.memory;
        request.vars = options_.load.vars;
        Diagnostics diagnostics;
        const auto outcome = api::silver_extract(request, attach(), diagnostics);
        const int status = diagnostics.failed() ? print(diagnostics, arguments_, "") : 0;
        if (!outcome) return worse(status, print(outcome.error(), arguments_));
        return worse(status, outcome->exit_status);
    }

    const Arguments& arguments_;
    api::WorkbenchOptions options_;
    Date date_;
};

}  // namespace

int run_config(const Arguments& arguments) {
    auto options = workbench_options(arguments);
    if (!options) return print(options.error(), arguments);
    const auto dates = dates_of(arguments);
    if (!dates) return print(dates.error(), arguments);
    if (!arguments.all("SELECT").empty())
        return usage("--config runs all datasets of the file; it takes no SELECT");
    catch_signals();
    int status = 0;
    for (const auto& date : *dates) {
        ConfigRun run(arguments, *options, date);
        const int landed = arguments.has("--skip-bronze") ? 0 : run.bronze();
        status = worse(status, landed);
        // What did not land has no silver; what stood from before is not taken for it.
        if (landed == 0 && !arguments.has("--skip-silver")) status = worse(status, run.silver());
        if (interrupted) return status == 0 ? 130 : status;
    }
    return status;
}

}  // namespace ingot::cli
