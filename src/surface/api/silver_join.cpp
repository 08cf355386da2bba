#include "surface/api/silver_join.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "config/bind.h"
#include "project/read/foundry.h"
#include "project/read/variables.h"
#include "run/join/join_job.h"
#include "run/slice/consolidate.h"
#include "state/journal.h"
#include "surface/api/bronze_extract.h"
#include "surface/api/foundry_store.h"
#include "surface/api/run_context.h"

namespace ingot::api {

namespace {

using config::Value;

struct Read {
    Value section;  // silver_join:, or an empty mapping
    Value platform{};
    std::string context_json{};
};

std::optional<Read> read(const SilverJoinRequest& request, Diagnostics& diagnostics) {
    Read out{.section = foundry::mapping({})};
    if (request.config.empty() && request.run_context.empty()) return out;
    Value tree;
    const auto& path = request.config.empty() ? request.run_context : request.config;
    if (request.config.empty()) {
        const auto context = read_run_context(path, diagnostics);
        tree = context.cfg;
        const nlohmann::ordered_json members{{"dataset_id", context.dataset_id},
            {"config_name", context.config_name},
            {"run_date", context.run_date ? nlohmann::ordered_json(to_string(*context.run_date))
                                          : nlohmann::ordered_json(nullptr)},
            {"relative_path", context.relative_path}};
        out.context_json = members.dump();
    } else {
        tree = written_config(path, diagnostics);
    }
    if (diagnostics.failed()) return std::nullopt;
    project::Variables().expand(tree, diagnostics);
    if (request.onprem) {
        foundry::Config config;
        config.origin = {intern(path)};
        if (const auto* platform = tree.find("platform"))
            config.platform = foundry::bind_leniently<foundry::Platform>(*platform, diagnostics);
        check_onprem(config, diagnostics);
    }
    if (const auto* platform = tree.find("platform")) out.platform = *platform;
    const auto* section = tree.find("silver_join");
    if (!section || !section->map())
        diagnostics.error("CFG103",
            "there is no silver_join: in it, with left:, right: and output:", {intern(path)});
    else
        out.section = *section;
    return diagnostics.failed() ? std::nullopt : std::optional(std::move(out));
}

Value& child(Value& map, const char* key) {
    if (!map.find(key)) foundry::put(map, key, foundry::mapping({}));
    return *map.find(key);
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find(at, from), text.size());
        if (end > from) out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

// a=b,c: pairs of columns as the author's YAML would say them.
Value pairs(const std::string& text) {
    Value list;
    list.data = config::List{};
    for (const auto& part : split(text, ',')) {
        const auto equals = part.find('=');
        auto pair = foundry::mapping({intern("--join-keys")});
        foundry::put(pair, "left", foundry::text(part.substr(0, equals), {}));
        foundry::put(pair, "right",
            foundry::text(equals == std::string::npos ? part : part.substr(equals + 1), {}));
        list.list()->push_back(std::move(pair));
    }
    return list;
}

void lay_flags_over(Value& section, const SilverJoinRequest& request) {
    const auto say = [&](const char* part, const char* key, const std::string& text,
                         const char* flag) {
        if (!text.empty())
            foundry::put(child(section, part), key, foundry::text(text, {intern(flag)}));
    };
    say("left", "path", request.left_path, "--left-path");
    say("right", "path", request.right_path, "--right-path");
    say("output", "path", request.output_path, "--output-path");
    say("output", "join_type", request.join_type, "--join-type");
    say("output", "join_strategy", request.strategy, "--strategy");
    if (request.join_keys == "auto")
        say("output", "join_keys", "auto", "--join-keys");
    else if (!request.join_keys.empty())
        foundry::put(child(section, "output"), "join_key_pairs", pairs(request.join_keys));
    if (request.formats.empty()) return;
    Value list;
    list.data = config::List{};
    for (const auto& format : request.formats)
        list.list()->push_back(foundry::text(format, {intern("--formats")}));
    foundry::put(child(section, "output"), "formats", std::move(list));
}

// The side's platform over the configuration's: sections one by one, and the options of bronze one by one.
Value laid_over(Value under, const Value& over) {
    if (!under.map()) return over;
    if (!over.map()) return under;
    for (const auto& entry : *over.map()) {
        auto* below = under.find(entry.key);
        if (below && below->map() && entry.value.map())
            for (const auto& option : *entry.value.map())
                foundry::put(*below, option.key, option.value);
        else
            foundry::put(under, entry.key, entry.value);
    }
    return under;
}

std::string scratch_folder() {
    return std::filesystem::temp_directory_path().string() + "/ingot-join";
}

// A URL, or else a path that is no folder here, below what the platform keeps bronze in: null is the disk.
Result<std::shared_ptr<storage::FileSystem>> store_of(const join::Side& side, const Value& common,
    const SilverJoinRequest& request, Diagnostics& diagnostics) {
    const auto& path = side.path.value;
    const auto written = laid_over(common, side.platform);
    foundry::Platform platform;
    const bool is_url = storage::is_url(path);
    if (!is_url && (!written.map() || std::filesystem::is_directory(path))) return nullptr;
    if (written.map()) platform = foundry::bind_leniently<foundry::Platform>(written, diagnostics);
    if (diagnostics.failed()) return nullptr;
    if (!is_url && platform.bronze.storage_backend.value == foundry::Backend::local) return nullptr;
    auto files = open_store(platform, is_url ? path : store_root(platform) + "/" + path,
        scratch_folder(), request.onprem ? Reach::onprem : Reach::any);
    if (!files) return std::unexpected(Error(files.error()).at(side.path.span));
    return std::shared_ptr(*std::move(files));
}

// s3://lake/retail/joined: the folder, and what it lies in. Without a folder in the bucket the second is empty.
std::pair<std::string, std::string> parted(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    const auto slash = url.rfind('/');
    const auto bucket = url.find("://") + 3;
    if (slash == std::string::npos || slash < bucket) return {url, ""};
    return {url.substr(0, slash), url.substr(slash + 1)};
}

// For an output that is a URL: the place that its folder lies in, and the folder's own for what is done already.
Status open_output(const join::Output& output, const Value& common,
    const SilverJoinRequest& request, Diagnostics& diagnostics, run::JoinJob& job) {
    if (!storage::is_url(output.path.value)) return {};
    const auto [above, folder] = parted(output.path.value);
    foundry::Platform platform;
    if (common.map()) platform = foundry::bind_leniently<foundry::Platform>(common, diagnostics);
    if (diagnostics.failed()) return {};
    const auto open = [&](const std::string& url) -> Result<std::shared_ptr<storage::FileSystem>> {
        auto files = open_store(
            platform, url, scratch_folder(), request.onprem ? Reach::onprem : Reach::any);
        if (!files) return std::unexpected(Error(files.error()).at(output.path.span));
        return std::shared_ptr(*std::move(files));
    };
    job.output_folder = folder;
    job.output_store = TRY(open(above));
    job.progress_store = TRY(open(above + "/" + folder + "/.join_progress"));
    return {};
}

void check(const join::Spec& spec, Diagnostics& diagnostics) {
    const auto& output = spec.output;
    const auto& where = output.path.span;
    if (storage::is_url(output.path.value) && parted(output.path.value).second.empty())
        diagnostics.error("CFG104",
            "output.path names a bucket; name a folder in it: " + output.path.value + "/joined",
            where);
    for (const auto* folder : {&output.checkpoint_dir, &output.spill_dir})
        if (*folder && storage::is_url(**folder))
            diagnostics.error("CFG104",
                "checkpoint_dir and spill_dir are folders on this machine; without checkpoint_dir finished chunks wait beside the result, in its store",
                where);
    if (output.chunk_size && *output.chunk_size < 0)
        diagnostics.error("CFG104", "chunk_size is a whole number from 0", where);
    for (const auto& guard : output.quality_guards.null_ratio)
        if (guard.max_ratio < 0 || guard.max_ratio > 1)
            diagnostics.error("CFG104", "max_ratio is a number from 0 to 1", guard.column.span);
    if (!output.as_of.is_null() && output.join_type != join::Type::as_of)
        diagnostics.error("CFG108", "as_of: goes with join_type: as_of", output.as_of.span);
}

}  // namespace

Result<std::optional<StepReport>> silver_join(
    const SilverJoinRequest& request, const AttachSinksTo& attach, Diagnostics& diagnostics) {
    auto found = read(request, diagnostics);
    if (!found) return std::nullopt;
    lay_flags_over(found->section, request);
    Diagnostics bound;
    const auto spec = foundry::bind_leniently<join::Spec>(found->section, bound);
    if (!bound.failed()) check(spec, bound);
    for (const auto& each : bound.all()) diagnostics.add(each);
    if (diagnostics.failed()) return std::nullopt;
    auto left = TRY(store_of(spec.left, found->platform, request, diagnostics));
    auto right = TRY(store_of(spec.right, found->platform, request, diagnostics));
    if (diagnostics.failed()) return std::nullopt;
    run::JoinJob job{.spec = spec,
        .working_folder = std::filesystem::current_path().string(),
        .left_store = std::move(left),
        .right_store = std::move(right),
        .run_context_json = found->context_json};
    TRY(open_output(spec.output, found->platform, request, diagnostics, job));
    if (diagnostics.failed()) return std::nullopt;
    const auto clock = Clock::from_environment();
    auto engine =
        TRY(engine::open_duckdb({.threads = request.threads, .memory_limit = request.memory}));
    Bus bus;
    const auto run_id = state::new_run_id(clock.now());
    attach(bus, run_id);
    bus.emit(RunStarted{run_id, 1, {}});
    auto report = run::join_folders({*engine, bus, clock, run_id}, job);
    bus.emit(RunFinished{run_id, {report}, report.seconds, false});
    return report;
}

Result<std::vector<StepReport>> silver_consolidate(
    const SilverConsolidateRequest& request, const AttachSinksTo& attach) {
    const auto base = std::filesystem::absolute(request.silver_base).lexically_normal().string();
    if (!std::filesystem::is_directory(base)) return fail("STG001", "there is no folder " + base);
    const auto clock = Clock::from_environment();
    auto engine = TRY(engine::open_duckdb({.threads = request.threads,
        .memory_limit = request.memory,
        .temp_directory = base + "/.ingot-tmp"}));
    Bus bus;
    const auto run_id = state::new_run_id(clock.now());
    attach(bus, run_id);
    bus.emit(RunStarted{run_id, 0, {}});
    auto reports = TRY(run::consolidate(
        {*engine, bus, clock, run_id}, {.silver_base = base,
                                           .prune_chunks = request.prune_chunks,
                                           .primary_keys = request.primary_keys,
                                           .order_column = request.order_column,
                                           .lock_patience = request.lock_timeout}));
    bus.emit(RunFinished{run_id, reports, 0, false});
    return reports;
}

}  // namespace ingot::api
