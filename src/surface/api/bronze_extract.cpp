#include "surface/api/bronze_extract.h"

#include <ctime>
#include <filesystem>
#include <map>
#include <memory>

#include <nlohmann/json.hpp>

#include "platform/engine/session.h"
#include "platform/table/table.h"
#include "run/extract.h"
#include "run/runner.h"
#include "state/journal.h"
#include "state/lease.h"
#include "surface/api/foundry_store.h"

namespace ingot::api {

namespace {

namespace fs = std::filesystem;
using foundry::Config;

// What a clock on the wall shows now, as partitions by the hour and by the minute are named.
Instant wall_clock(Instant now) {
    const auto seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    localtime_r(&seconds, &local);
    return now + std::chrono::seconds(local.tm_gmtoff);
}

std::string reference_json(const Config& config) {
    const auto& mode = config.source.run.reference_mode;
    if (!mode || !mode->enabled) return "null";
    const std::string role(foundry::role_choices.at(static_cast<std::size_t>(mode->role)).name);
    nlohmann::ordered_json json{{"role", role}, {"cadence_days", nullptr},
        {"delta_patterns", mode->delta_patterns},
        {"reference_path", fs::absolute(config.output_dir).lexically_normal().string()},
        {"reference_type",
            mode->role == foundry::ReferenceRole::reference ? "reference" : "delta"}};
    if (mode->cadence_days) json["cadence_days"] = mode->cadence_days->value;
    return json.dump();
}

// A folder that partitions are written below, with what it takes to write there.
struct Output {
    std::unique_ptr<storage::FileSystem> files;
    std::unique_ptr<state::Leases> leases;
    std::unique_ptr<state::HeldLeases> held;
};

std::string state_file_of(const Config& config) {
    if (!config.source.db || !config.source.db->incremental.enabled) return "";
    return config.source.db->incremental.state_file.value_or(
        ".state/" + config.system + "_" + config.table + "_cursor.json");
}

class Batch {
public:
    Batch(const ExtractRequest& request, const std::atomic<bool>& stop)
        : request_(request), stop_(stop), clock_(Clock::from_environment()) {}

    void read(Diagnostics& diagnostics) {
        for (const auto& file : request_.configs) {
            Diagnostics found;
            auto configs = foundry::read_configs(file, {.vars = request_.vars}, found);
            for (auto& config : configs) {
                if (found.failed()) break;
                if (request_.load) foundry::set_load_pattern(config, *request_.load);
                if (config.bronze_enabled) foundry::add_dataset(config, found);
                if (request_.onprem) check_onprem(config, found);
            }
            for (const auto& each : found.all()) diagnostics.add(each);
            if (found.failed()) continue;
            for (auto& config : configs)
                if (config.bronze_enabled) configs_.push_back(std::move(config));
        }
    }

    Result<ExtractOutcome> run(const AttachSinks& attach) {
        const auto began = std::chrono::steady_clock::now();
        ExtractOutcome outcome{.run_id = state::new_run_id(clock_.now()), .extracted = {}};
        prepare(outcome);
        if (!request_.validate_only && request_.dry_run)
            for (const auto& config : configs_)
                if (config.source.run.storage_enabled) TRY(reach_store(config));
        if (!request_.validate_only && !request_.dry_run && !configs_.empty())
            TRY(execute(attach, outcome));
        outcome.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        return outcome;
    }

private:
    void prepare(ExtractOutcome& outcome) {
        const auto clock = wall_clock(clock_.now());
        for (auto& config : configs_) {
            auto& layout = config.layout;
            layout.reference_mode = reference_json(config);
            if (layout.strategy == PartitionStrategy::batch_id && layout.batch_id.empty())
                layout.batch_id = outcome.run_id;
            const auto partition = bronze::partition_folder(layout, request_.date, clock);
            folders_.push_back(layout.folder + (partition.empty() ? "" : "/" + partition));
            outcome.extracted.push_back({.config_name = config.name,
                .file = config.file,
                .table = config.system + "." + config.table,
                .relative_path = folders_.back() + "/"});
        }
    }

    Result<std::unique_ptr<storage::FileSystem>> store_of(const Config& config) const {
        auto files = open_store(config.platform, store_root(config.platform),
            fs::absolute(config.output_dir).lexically_normal().string() + "/_ingot/store",
            request_.onprem ? Reach::onprem : Reach::any);
        if (files) return files;
        return std::unexpected(
            Error(files.error()).at(config.platform.bronze.storage_backend.span));
    }

    // One request shows a wrong name, credential or endpoint before anything is extracted.
    Status reach_store(const Config& config) const {
        auto files = TRY(store_of(config));
        TRY(files->names(config.layout.folder));
        return {};
    }

    Result<Output*> output_of(const Config& config) {
        const auto root = fs::absolute(config.output_dir).lexically_normal().string();
        auto& output = outputs_[root];
        if (output.files) return &output;
        output.files = TRY(storage::open_local(root));
        output.leases = std::make_unique<state::Leases>(*output.files);
        output.held = std::make_unique<state::HeldLeases>(*output.leases);
        return &output;
    }

    Result<run::Extraction> extraction_of(std::size_t index) {
        auto& config = configs_[index];
        auto* output = TRY(output_of(config));
        run::Extraction extraction{.layout = config.layout,
            .folder = folders_[index],
            .output = output->files.get(),
            .leases = output->held.get(),
            .state_file = state_file_of(config),
            .before = config.source.run.before,
            .after = config.source.run.after};
        if (config.source.run.storage_enabled) {
            stores_.push_back(TRY(store_of(config)));
            extraction.store = stores_.back().get();
        }
        return extraction;
    }

    // A cursor that the foundry left is where the first run begins.
    void go_on_from_state(Config& config) const {
        auto& table = std::get<BronzeDataset>(config.dataset.spec).table;
        const auto file = state_file_of(config);
        if (file.empty() || !table.cursor) return;
        if (auto cursor = run::cursor_in(file)) table.cursor->initial = {*cursor, config.origin};
    }

    Status execute(const AttachSinks& attach, ExtractOutcome& outcome) {
        std::vector<run::Extraction> extractions;
        Manifest manifest;
        manifest.root = fs::current_path().string();
        Plan plan{.steps = {}, .current = {}, .dates = {request_.date}};
        for (std::size_t i = 0; i < configs_.size(); ++i) {
            go_on_from_state(configs_[i]);
            extractions.push_back(TRY(extraction_of(i)));
            manifest.datasets.push_back({.dataset = configs_[i].dataset,
                .inputs = {},
                .readers = {},
                .select = {},
                .folder = configs_[i].layout.folder});
            plan.steps.push_back({.kind = StepKind::land,
                .dataset = i,
                .name = configs_[i].dataset.name.text(),
                .slice = request_.date,
                .reason = "asked for"});
        }
        const auto began = std::chrono::steady_clock::now();
        Bus bus;
        attach(bus, outcome.run_id);
        auto engine = TRY(engine::open_duckdb({.threads = request_.threads,
            .memory_limit = request_.memory,
            .temp_directory = outputs_.begin()->first + "/_ingot/tmp"}));
        auto& any = outputs_.begin()->second;
        const auto tables = table::open_delta(*any.files);
        run::Pins pins;
        storage::Stores stores({.options = {},
            .project_root = fs::current_path().string(),
            .scratch = outputs_.begin()->first + "/_ingot/tmp"});
        const run::RunContext context{.manifest = manifest,
            .plan = plan,
            .engine = *engine,
            .files = *any.files,
            .tables = *tables,
            .stores = stores,
            .clock = clock_,
            .run_id = outcome.run_id,
            .bus = bus,
            .pins = pins,
            .leases = *any.held,
            .stop = stop_};
        RunStarted beginning{outcome.run_id, plan.steps.size()};
        for (const auto& step : plan.steps) ++beginning.steps_of[step.name];
        bus.emit(beginning);
        const auto reports = run::execute(context, {.workers = std::max(1, request_.workers)},
            [&](const run::RunContext& ctx, const Step& step) {
                return run::extract(ctx, step, extractions[step.dataset]);
            });
        for (std::size_t i = 0; i < reports.size(); ++i) {
            outcome.extracted[i].report = reports[i];
            if (!reports[i].error) continue;
            const int status = reports[i].error->exit_status();
            if (outcome.exit_status == 0 || status < outcome.exit_status)
                outcome.exit_status = status;
        }
        for (auto& [root, output] : outputs_)
            TRY(output.files->remove("_ingot/staging/" + outcome.run_id));
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began;
        bus.emit(RunFinished{outcome.run_id, reports, elapsed.count(), stop_});
        return {};
    }

    const ExtractRequest& request_;
    const std::atomic<bool>& stop_;
    Clock clock_;
    std::vector<Config> configs_;
    std::vector<std::string> folders_;
    std::map<std::string, Output> outputs_;
    std::vector<std::unique_ptr<storage::FileSystem>> stores_;
};

}  // namespace

Result<ExtractOutcome> bronze_extract(const ExtractRequest& request, const AttachSinks& attach,
    const std::atomic<bool>& stop, Diagnostics& diagnostics) {
    Batch batch(request, stop);
    batch.read(diagnostics);
    return batch.run(attach);
}

void check_onprem(const foundry::Config& config, Diagnostics& diagnostics) {
    const auto& bronze = config.platform.bronze;
    const auto refuse = [&](const std::string& why, const Span& where) {
        diagnostics.error("CFG108", "storage scope onprem: " + why, where);
    };
    if (bronze.storage_backend.value == foundry::Backend::azure)
        refuse("storage_backend azure is no storage on premises", bronze.storage_backend.span);
    if (!bronze.storage_metadata)
        return refuse("storage_metadata.boundary has to say onprem",
            bronze.storage_backend.span.known() ? bronze.storage_backend.span : config.origin);
    const auto& metadata = *bronze.storage_metadata;
    if (metadata.boundary.value != foundry::Boundary::onprem)
        refuse("storage_metadata.boundary is not onprem", metadata.boundary.span);
    if (metadata.provider_type && metadata.provider_type->value.find("_cloud") != std::string::npos)
        refuse("provider_type " + metadata.provider_type->value + " is a cloud's",
            metadata.provider_type->span);
    if (metadata.cloud_provider && !metadata.cloud_provider->value.empty())
        refuse("cloud_provider is " + metadata.cloud_provider->value + ", and has to be null",
            metadata.cloud_provider->span);
}

}  // namespace ingot::api
