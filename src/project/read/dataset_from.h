#pragma once
// From merged settings to a Dataset: binding, checks that need one dataset only, the fingerprint.
#include "base/diagnostics.h"
#include "project/dataset.h"

namespace ingot::project {

// A model whose layer and name are known. from: and sql: at the top of the settings belong to the layer.
struct ModelDraft {
    DatasetName name;
    config::Value settings;
    std::optional<Body> sql;  // what its file holds below the decorators, if it has one
    Span origin;
    bool is_sound =
        true;  // false: something of it could not be read, so that what seems missing may stand there
};
Dataset model_from(ModelDraft draft, Diagnostics& diagnostics);

// A table of a source, of which `of` says everything but the table. `settings` holds the table under `bronze` and what
// all datasets have beside it.
Dataset table_from(BronzeDataset of, config::Value settings, Span origin, Diagnostics& diagnostics);

// Letters, digits, _ and - in any script, with dots inside; anything else is PRJ110.
bool is_usable_name(const std::string& name, const Span& where, Diagnostics& diagnostics);

}  // namespace ingot::project
