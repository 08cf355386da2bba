#pragma once
// The resolved project: every name looked up, the graph known and acyclic. What plan, ls, describe and sites read.
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/engine/session.h"
#include "project/project.h"

namespace ingot {

using DatasetId = std::size_t;  // an index into Manifest::datasets

struct Node {
    Dataset dataset;
    std::vector<DatasetId> inputs;   // what it reads, in order of first use, each once
    std::vector<DatasetId> readers;  // who reads it
    engine::ParsedSelect select;     // of its body; empty for bronze
    std::string folder;              // where its table lives, relative to the warehouse
};

struct Manifest {
    std::string root;
    std::string project_name;
    std::string target_name;
    TargetSpec target;
    std::string warehouse;       // absolute
    std::vector<Node> datasets;  // inputs stand before their readers; ties by name
    const Node* find(const DatasetName& name) const;
};

// Reads one SELECT; the caller decides whether by an engine or from a cache of what it found earlier.
using ParseSelect = std::function<Result<engine::ParsedSelect>(const std::string& sql)>;

// A target's warehouse as a URL or an absolute folder, without a slash at its end.
std::string absolute_warehouse(const std::string& root, const std::string& warehouse);

// Looks up every name, orders the graph, places the tables. Reports unknown datasets, cycles, duplicate names,
// two writers of one table, layers upside down: each error names both places.
Manifest resolve(Project project, const ParseSelect& parse, Diagnostics& diagnostics);

// A parser that remembers, by content hash in `cache_file`, what an engine found; opens the engine only for text it
// has not seen. `save` writes the cache back when something was added.
class ParseCache {
public:
    using OpenEngine = std::function<Result<engine::Engine*>()>;
    ParseCache(std::string cache_file, OpenEngine open);
    Result<engine::ParsedSelect> parse(const std::string& sql);
    void save();

private:
    struct Entry {
        engine::ParsedSelect select;
        bool used = false;  // in this run; entries of SQL long gone are not kept forever
    };
    std::string file_;
    OpenEngine open_;
    std::unordered_map<std::string, Entry> found_;  // by hash of the text
    bool changed_ = false;
};

// The ids that a selection names (surface §6), in graph order. PRJ108 and PRJ109 when nothing fits or it is not one.
struct SelectionContext {
    std::vector<DatasetId> modified;  // state:modified
    std::vector<DatasetId> fresh;     // state:new
    std::vector<DatasetId> failed;    // result:error
};
Result<std::vector<DatasetId>> select(const Manifest& manifest,
    const std::vector<std::string>& include, const std::vector<std::string>& exclude,
    const SelectionContext& context);

// target/manifest.json: the manifest in a shape close to dbt's.
struct ManifestMetadata {
    std::string ingot_version;
    std::string generated_at;  // ISO 8601, from the caller's clock
};
std::string manifest_json(const Manifest& manifest, const ManifestMetadata& metadata);

}  // namespace ingot
