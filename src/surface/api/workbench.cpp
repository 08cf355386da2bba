#include "surface/api/workbench.h"

namespace ingot::api {

const Manifest& Workbench::load(Diagnostics& diagnostics) {
    auto project = load_project(options_.load, diagnostics);
    root_ = project.root;
    if (root_.empty()) return manifest_;
    ParseCache cache(project.root + "/target/cache/parsed", [this] { return engine(); });
    manifest_.root = project.root;
    manifest_.target = project.target;
    manifest_.warehouse = absolute_warehouse(project.root, project.target.warehouse);
    manifest_ = resolve(
        std::move(project), [&](const std::string& sql) { return cache.parse(sql); }, diagnostics);
    cache.save();
    return manifest_;
}

Result<engine::Engine*> Workbench::engine() {
    if (!engine_) {
        engine::EngineOptions options{.threads = options_.threads, .memory_limit = options_.memory};
        options.stores = &stores();
        if (!manifest_.warehouse.empty()) options.temp_directory = temporary_folder();
        engine_ = engine::open_duckdb_on_use(options);
    }
    return engine_.get();
}

storage::Stores& Workbench::stores() {
    if (!stores_) stores_ = std::make_unique<storage::Stores>(store_settings());
    return *stores_;
}

storage::Stores::Settings Workbench::store_settings() const {
    return {.options = manifest_.target.storage,
        .project_root = root_,
        .scratch = root_ + "/target/scratch"};
}

// Where work larger than memory spills, which is always on a local disk.
std::string Workbench::temporary_folder() const {
    const bool remote = storage::is_url(manifest_.warehouse);
    return (remote ? root_ + "/target/scratch" : manifest_.warehouse) + "/_ingot/tmp";
}

Result<storage::FileSystem*> Workbench::files() {
    if (!files_) files_ = TRY(stores().open(manifest_.warehouse));
    return files_.get();
}

Result<table::TableFormat*> Workbench::tables() {
    if (!tables_) tables_ = table::open_delta(*TRY(files()));
    return tables_.get();
}

}  // namespace ingot::api
