#pragma once
// Loading: a project folder to a Manifest, and the parts of the world that commands share, each opened on first use.
#include <memory>
#include <string>

#include "base/diagnostics.h"
#include "base/time.h"
#include "platform/engine/session.h"
#include "platform/storage/file_system.h"
#include "platform/storage/stores.h"
#include "platform/table/table.h"
#include "project/manifest.h"

namespace ingot::api {

struct WorkbenchOptions {
    LoadOptions load;
    int threads = 0;
    std::string memory;
};

// The engine, the warehouse and the tables of one project, for one command.
class Workbench {
public:
    explicit Workbench(WorkbenchOptions options) : options_(std::move(options)) {}

    // Reads and resolves the project; every mistake is in `diagnostics`, and then the manifest is not to be used.
    const Manifest& load(Diagnostics& diagnostics);
    const Manifest& manifest() const { return manifest_; }
    // Folder of ingot.yml; empty when there is none. Known also when the project has mistakes.
    const std::string& root() const { return root_; }

    Result<engine::Engine*> engine();
    // The stores of the target, for whatever a URL names.
    storage::Stores& stores();
    storage::Stores::Settings store_settings() const;
    Result<storage::FileSystem*> files();
    Result<table::TableFormat*> tables();
    const WorkbenchOptions& options() const { return options_; }

private:
    std::string temporary_folder() const;

    WorkbenchOptions options_;
    std::string root_;
    Manifest manifest_;
    std::unique_ptr<storage::Stores> stores_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<storage::FileSystem> files_;
    std::unique_ptr<table::TableFormat> tables_;
};

}  // namespace ingot::api
