#include "surface/api/workbench.h"

#include <filesystem>

namespace ingot::api {

const Manifest& Workbench::load(Diagnostics& diagnostics) {
    auto project = load_project(options_.load, diagnostics);
    root_ = project.root;
    if (root_.empty()) return manifest_;
    ParseCache cache(project.root + "/target/cache/parsed", [this] { return engine(); });
    manifest_.warehouse = (std::filesystem::path(project.root) / project.target.warehouse)
                              .lexically_normal()
                              .string();
    manifest_ = resolve(
        std::move(project), [&](const std::string& sql) { return cache.parse(sql); }, diagnostics);
    cache.save();
    return manifest_;
}

Result<engine::Engine*> Workbench::engine() {
    if (!engine_) {
        engine::EngineOptions options{.threads = options_.threads, .memory_limit = options_.memory};
        if (!manifest_.warehouse.empty())
            options.temp_directory = manifest_.warehouse + "/_ingot/tmp";
        engine_ = TRY(engine::open_duckdb(options));
    }
    return engine_.get();
}

Result<storage::FileSystem*> Workbench::files() {
    if (!files_) files_ = TRY(storage::open_local(manifest_.warehouse));
    return files_.get();
}

Result<table::TableFormat*> Workbench::tables() {
    if (!tables_) tables_ = table::open_delta(*TRY(files()));
    return tables_.get();
}

}  // namespace ingot::api
