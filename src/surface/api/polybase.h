#pragma once
// The foundry's generate_polybase_ddl and expand_owner_intent: what other people's tools make of an intent.
#include <string>
#include <vector>

#include "base/diagnostics.h"

namespace ingot::api {

struct DdlFile {
    std::string name;  // <system>.<entity>_polybase.sql
    std::string text;
};

// For every intent of the files.
std::vector<DdlFile> polybase_ddl(const std::vector<std::string>& files, Diagnostics& diagnostics);

struct ExpandedIntent {
    std::string text;  // the file, with derived_paths in every dataset; comments and all
    std::vector<std::string> checklist;  // what owners still have to say
};

ExpandedIntent expand_owner_intent(const std::string& file, Diagnostics& diagnostics);

}  // namespace ingot::api
