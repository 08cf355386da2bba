#include "surface/api/silver_extract.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "platform/storage/file_system.h"
#include "state/journal.h"
#include "surface/api/bronze_extract.h"
#include "surface/api/run_context.h"
#include "surface/api/silver_job.h"

namespace ingot::api {

namespace {

namespace fs = std::filesystem;

struct Chosen {
    foundry::Config config;
    config::Value written;
    std::optional<Date> date;
    std::string bronze;   // of a run context; empty: by the configuration
    std::string pattern;  // of a run context; empty: auto
};

Result<std::optional<Chosen>> choose(
    const SilverExtractRequest& request, Diagnostics& diagnostics) {
    Chosen chosen;
    std::vector<foundry::Config> configs;
    auto name = request.source_name;
    if (request.run_context.empty()) {
        configs = foundry::read_configs(request.config, {request.vars}, diagnostics);
        Diagnostics told_above;
        chosen.written = written_config(request.config, told_above);
    } else {
        const auto context = read_run_context(request.run_context, diagnostics);
        if (diagnostics.failed()) return std::nullopt;
        configs = configs_of(context, request.run_context, diagnostics);
        chosen.written = context.cfg;
        chosen.date = context.run_date;
        chosen.bronze = context.bronze_path;
        chosen.pattern = context.load_pattern;
        if (name.empty() && configs.size() > 1) name = context.config_name;
    }
    if (diagnostics.failed() || configs.empty()) return std::nullopt;
    if (request.validate_only && name.empty() && configs.size() > 1) {
        for (const auto& config : configs) check_silver(config, request.overrides, diagnostics);
        return std::nullopt;
    }
    chosen.config = TRY(picked(std::move(configs), name));
    check_silver(chosen.config, request.overrides, diagnostics);
    if (request.onprem) check_onprem(chosen.config, diagnostics);
    return diagnostics.failed() ? std::nullopt : std::optional(std::move(chosen));
}

// What bronze says of itself wins: the configuration may have changed since.
std::string settled_pattern(const SilverExtractRequest& request, const Chosen& chosen,
    const std::string& bronze, Diagnostics& diagnostics) {
    const auto configured = !chosen.pattern.empty() ? chosen.pattern : pattern_of(chosen.config);
    const auto asked = request.pattern == "auto" ? configured : request.pattern;
    const auto found = run::pattern_of_bronze(bronze);
    if (!found || *found == asked) return asked;
    diagnostics.warn("CFG108", "the load pattern is " + asked + ", but bronze in " + bronze +
                                   " says " + *found + ", which is used");
    return *found;
}

Status write_context(const SilverExtractRequest& request, const Chosen& chosen,
    const run::SliceJob& job, const std::string& bronze) {
    if (request.write_run_context.empty()) return {};
    const RunContextFile context{.cfg = chosen.written,
        .run_date = job.date,
        .relative_path =
            fs::path(bronze).lexically_relative(chosen.config.output_dir).string() + "/",
        .local_output_dir = chosen.config.output_dir,
        .bronze_path = job.bronze_folder,
        .source_system = chosen.config.system,
        .source_table = chosen.config.table,
        .dataset_id = job.dataset,
        .config_name = chosen.config.name,
        .load_pattern = job.load_pattern};
    const auto path = fs::absolute(request.write_run_context);
    auto files = TRY(storage::open_local(path.parent_path().string()));
    return files->write(path.filename().string(), to_json(context));
}

}  // namespace

std::vector<std::string> dataset_names(
    const std::string& config, const config::Named<std::string>& vars, Diagnostics& diagnostics) {
    std::vector<std::string> names;
    for (const auto& each : foundry::read_configs(config, {vars}, diagnostics))
        names.push_back(each.name);
    return names;
}

std::string dataset_id(const foundry::Config& config) { return config.system + "." + config.table; }

Result<foundry::Config> picked(std::vector<foundry::Config> configs, const std::string& name) {
    std::string names;
    for (const auto& config : configs) names += (names.empty() ? "" : ", ") + config.name;
    if (name.empty()) {
        if (configs.size() == 1) return std::move(configs.front());
        return fail("USE101",
            "the configuration has several datasets (" + names + "); pick one with --source-name");
    }
    const auto it = std::ranges::find(configs, name, &foundry::Config::name);
    if (it == configs.end())
        return fail("USE101", "no dataset is named '" + name + "'; there are " + names);
    return std::move(*it);
}

std::string bronze_folder(const foundry::Config& config, Date date) {
    auto folder = config.output_dir + "/" + config.layout.folder;
    if (!config.layout.has_date) return folder;
    folder += "/dt=" + to_string(date);
    if (config.layout.strategy == PartitionStrategy::date) return folder;
    // Hours and batches name themselves after the clock, so the last name is the newest.
    std::string newest;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->is_directory() && it->path().filename().string().find('=') != std::string::npos)
            newest = std::max(newest, it->path().filename().string());
    return newest.empty() ? folder : folder + "/" + newest;
}

Result<SilverExtractOutcome> silver_extract(
    const SilverExtractRequest& request, const AttachSinksTo& attach, Diagnostics& diagnostics) {
    SilverExtractOutcome outcome;
    const auto chosen = TRY(choose(request, diagnostics));
    if (!chosen || request.validate_only) return outcome;
    const auto clock = Clock::from_environment();
    const auto date =
        request.date ? *request.date
                     : chosen->date.value_or(std::chrono::floor<std::chrono::days>(clock.now()));
    const auto bronze = !request.bronze_path.empty() ? request.bronze_path
                        : !chosen->bronze.empty()    ? chosen->bronze
                                                     : bronze_folder(chosen->config, date);
    if (!fs::is_directory(bronze))
        return fail("STG001",
            "there is no bronze folder " + fs::absolute(bronze).lexically_normal().string() +
                "; land the date first with bronze_extract, or name the folder with --bronze-path");
    const auto pattern = settled_pattern(request, *chosen, bronze, diagnostics);
    const auto job = slice_job(chosen->config, request, date, pattern, bronze);
    TRY(write_context(request, *chosen, job, bronze));
    outcome.config_name = chosen->config.name;
    outcome.domain = job.domain;
    outcome.entity = job.entity;
    outcome.bronze_path = job.bronze_folder;
    outcome.load_pattern = pattern;
    outcome.silver_partition = job.silver_base + "/" + job.partition;
    outcome.date = date;
    if (const auto* rows = std::get_if<run::RowsOfSlice>(&job.what))
        outcome.model = to_string(rows->model);
    if (request.dry_run) {
        if (job.require_checksum) TRY(run::verify_bronze(job.bronze_folder, pattern));
        return outcome;
    }
    auto engine = TRY(engine::open_duckdb({.threads = request.threads,
        .memory_limit = request.memory,
        .temp_directory = job.silver_base + "/.ingot-tmp"}));
    Bus bus;
    const auto run_id = state::new_run_id(clock.now());
    attach(bus, run_id);
    bus.emit(RunStarted{run_id, 1, {}});
    auto done = run::promote_slice({*engine, bus, clock, run_id}, job);
    bus.emit(RunFinished{run_id, {done.report}, done.report.seconds, false});
    if (done.report.error) outcome.exit_status = done.report.error->exit_status();
    outcome.report = std::move(done.report);
    return outcome;
}

}  // namespace ingot::api
